//! What cargo knows about this workspace and its dependencies.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use cargo_metadata::{
    CargoOpt, DependencyKind, Metadata, MetadataCommand, Node, Package, PackageId, TargetKind,
    camino::Utf8PathBuf,
};

/// The packages of the workspace and of everything it depends on, with all features on.
pub(crate) struct Workspace {
    metadata: Metadata,
}

impl Workspace {
    pub(crate) fn load() -> Result<Self> {
        let mut command = MetadataCommand::new();
        let metadata = command.features(CargoOpt::AllFeatures).exec();
        Ok(Self {
            metadata: metadata.context("cannot read the workspace")?,
        })
    }

    /// A path below the root of the repository.
    pub(crate) fn path(&self, below: &str) -> Utf8PathBuf {
        self.metadata.workspace_root.join(below)
    }

    /// A path below the directory that cargo builds into.
    pub(crate) fn target(&self, below: &str) -> Utf8PathBuf {
        self.metadata.target_directory.join(below)
    }

    /// A crate of this repository.
    pub(crate) fn member(&self, name: &str) -> Result<&Package> {
        let members = self.metadata.workspace_packages();
        let member = members.into_iter().find(|package| package.name == name);
        member.with_context(|| format!("the workspace has no crate `{name}`"))
    }

    /// Every package that comes from elsewhere.
    pub(crate) fn dependencies(&self) -> impl Iterator<Item = &Package> {
        let is_foreign = |package: &&Package| package.source.is_some();
        self.metadata.packages.iter().filter(is_foreign)
    }

    /// The names of the packages that are linked with this one at run time: normal dependencies of
    /// any depth, but neither procedural macros nor what only those need.
    pub(crate) fn linked_with(&self, package: &Package) -> Result<BTreeSet<&str>> {
        let resolve = self.metadata.resolve.as_ref();
        let nodes = &resolve.context("cargo resolved no dependencies")?.nodes;
        let nodes: BTreeMap<&PackageId, &Node> =
            nodes.iter().map(|node| (&node.id, node)).collect();
        let mut names = BTreeSet::new();
        let mut pending = vec![&package.id];
        while let Some(node) = pending.pop().and_then(|id| nodes.get(id)) {
            for dependency in node.deps.iter().filter(|dependency| is_normal(dependency)) {
                let package = &self.metadata[&dependency.pkg];
                if !is_macro(package) && names.insert(package.name.as_str()) {
                    pending.push(&dependency.pkg);
                }
            }
        }
        Ok(names)
    }
}

fn is_normal(dependency: &cargo_metadata::NodeDep) -> bool {
    let mut kinds = dependency.dep_kinds.iter();
    kinds.any(|kind| kind.kind == DependencyKind::Normal)
}

fn is_macro(package: &Package) -> bool {
    let mut targets = package.targets.iter();
    targets.any(|target| target.kind.contains(&TargetKind::ProcMacro))
}
