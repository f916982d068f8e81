//! The `migrations!` macro of the `rungs` crate: arguments in, `rungs-build` called, tokens out.

mod arguments;

use std::env;
use std::path::PathBuf;

use arguments::Arguments;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use rungs_build::{Dialect, Expansion, Request};
use syn::LitStr;

/// See `rungs::migrations`, which passes the path of its own crate as the first argument.
#[proc_macro]
pub fn migrations(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let Arguments {
        runtime,
        is_module,
        directory,
        dialects,
    } = match syn::parse(input) {
        Ok(arguments) => arguments,
        Err(error) => return error.into_compile_error().into(),
    };
    let expansion = expand(&directory, dialects);
    let messages = messages(&expansion, directory.span());
    let Expansion {
        table,
        versions,
        tracked,
        ..
    } = expansion;
    let (table, versions) = (source(&table), source(&versions));
    let tracked = tracked
        .iter()
        .map(|path| path.to_string_lossy().into_owned());
    let names = quote! {
        #[allow(unused_imports)]
        use #runtime::__private as __rungs;
    };
    let table = quote! {{
        #names
        #messages
        #(const _: &[u8] = __rungs::include_bytes!(#tracked);)*
        const TABLE: __rungs::Migrations = #table;
        TABLE
    }};
    if !is_module {
        return table.into();
    }
    quote! {
        /// The migrations of this directory.
        pub static MIGRATIONS: #runtime::Migrations = #table;

        /// The versions of the migrations, by name.
        pub mod versions {
            #names
            #versions
        }
    }
    .into()
}

fn expand(directory: &LitStr, dialects: Vec<Dialect>) -> Expansion {
    let variable = |name: &str| env::var_os(name).map(PathBuf::from);
    let path = directory.value();
    let request = Request {
        package: variable("CARGO_MANIFEST_DIR").unwrap_or_default(),
        dialects,
        databases: databases(),
        anywhere: false,
        directory: path.clone(),
    };
    let kept = variable(&rungs_build::watch_variable(&path)).zip(variable("OUT_DIR"));
    rungs_build::expand(
        &request,
        kept.map(|(name, folder)| folder.join(name)).as_deref(),
    )
}

/// The databases that the runtime was built for.
fn databases() -> Vec<Dialect> {
    let features = [
        (Dialect::Mysql, cfg!(feature = "mysql")),
        (Dialect::Postgres, cfg!(feature = "postgres")),
        (Dialect::Sqlite, cfg!(feature = "sqlite")),
    ];
    features
        .into_iter()
        .filter(|(_, is_on)| *is_on)
        .map(|(dialect, _)| dialect)
        .collect()
}

/// Errors as such; warnings as uses of something deprecated, the one way to warn on stable Rust.
fn messages(expansion: &Expansion, span: Span) -> TokenStream {
    let errors = expansion
        .errors
        .iter()
        .map(|frame| quote_spanned!(span=> ::core::compile_error!(#frame);));
    let warnings = expansion.warnings.iter().map(|frame| {
        quote_spanned!(span=> const _: () = {
            #[deprecated(note = #frame)]
            #[allow(non_upper_case_globals)]
            const migrations: () = ();
            migrations
        };)
    });
    errors.chain(warnings).collect()
}

/// What `rungs-build` wrote is valid Rust; should it ever not be, the compiler says where.
fn source(text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|error: proc_macro2::LexError| {
        syn::Error::new(error.span(), error).into_compile_error()
    })
}
