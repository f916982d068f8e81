//! The code frame: the look of rustc, pointing into the SQL.

use std::sync::Arc;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Padding, Renderer, Snippet, Title,
};

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::SourceFile;

/// Who will print the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The compiler, which writes `error: ` itself: plain text that begins with the message.
    Compiler,
    /// A terminal: the severity comes first and ANSI escapes give colour.
    Terminal,
}

/// How many frames are worth reading. Each costs the renderer a walk over its line, which may be all
/// of a file.
const MOST: usize = 100;

/// A frame for each diagnostic; of very many the first, and how many more there are.
pub fn frames<'a>(diagnostics: impl Iterator<Item = &'a Diagnostic>, look: Look) -> Vec<String> {
    let mut diagnostics = diagnostics.fuse();
    let shown = diagnostics.by_ref().take(MOST);
    let mut frames: Vec<String> = shown.map(|diagnostic| frame(diagnostic, look)).collect();
    let more = diagnostics.count();
    if more > 0 {
        frames.push(format!("and {more} more like these; begin with the first"));
    }
    frames
}

/// A diagnostic with the lines that it is about, without a newline at the end.
pub fn frame(diagnostic: &Diagnostic, look: Look) -> String {
    let diagnostic = &harmless(diagnostic);
    let title = title(diagnostic, look);
    let mut group = Group::with_title(title);
    let excerpts = excerpts(&diagnostic.labels);
    group = group.elements(whole_files(diagnostic));
    group = group.elements(excerpts.iter().map(Excerpt::snippet));
    if let Some(help) = &diagnostic.help {
        if !excerpts.is_empty() {
            group = group.element(Padding);
        }
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let frame = renderer(look).render(&[group]);
    frame.replace(is_c1, "\u{fffd}")
}

/// A diagnostic whose words hold no character that a terminal would obey; the renderer sees to the
/// lines of the file, the C1 controls aside.
fn harmless(diagnostic: &Diagnostic) -> Diagnostic {
    let mut diagnostic = diagnostic.clone();
    let labels = diagnostic.labels.iter_mut().map(|label| &mut label.text);
    let texts = labels.chain(diagnostic.help.as_mut());
    for text in texts.chain(std::iter::once(&mut diagnostic.message)) {
        *text = text.replace(
            |letter: char| letter.is_control() && letter != '\n',
            "\u{fffd}",
        );
    }
    diagnostic
}

fn is_c1(letter: char) -> bool {
    matches!(letter, '\u{80}'..='\u{9f}')
}

/// What is meant as a whole: its first line would say nothing about it, so it is named and not shown.
fn whole_files(diagnostic: &Diagnostic) -> Vec<Origin<'_>> {
    let labels = diagnostic.labels.iter().filter(|label| label.is_of_file());
    // Editors open a file from a path with a line and a column.
    let files = labels.map(|label| {
        Origin::path(label.file.path.as_str())
            .line(1)
            .char_column(1)
    });
    let path = diagnostic
        .path
        .as_deref()
        .filter(|_| diagnostic.labels.is_empty());
    files.chain(path.map(Origin::path)).collect()
}

fn title(diagnostic: &Diagnostic, look: Look) -> Title<'_> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let Diagnostic { kind, message, .. } = diagnostic;
    match look {
        Look::Compiler => level
            .no_name()
            .primary_title(format!("{message} [{}]", kind.id)),
        Look::Terminal => level.primary_title(message).id(kind.id),
    }
}

fn renderer(look: Look) -> Renderer {
    let renderer = match look {
        Look::Compiler => Renderer::plain(),
        Look::Terminal => Renderer::styled(),
    };
    renderer.term_width(WIDTH)
}

/// How many columns of the SQL are shown; the rest of a longer line is cut off.
const WIDTH: usize = 100;

/// How much of a line one label underlines, and how far apart two labels of an excerpt may stand:
/// within these the renderer always finds a window of [`WIDTH`], beyond them it shows the whole line.
const REACH: usize = 80;

/// A run of lines of one file with the labels in it.
struct Excerpt<'a> {
    file: &'a Arc<SourceFile>,
    marks: Vec<Mark<'a>>,
}

/// A label, cut to what can be underlined: a part of one line.
struct Mark<'a> {
    line: &'a str,
    /// Where the line begins in the file.
    line_start: usize,
    /// The underlined part, in the line.
    start: usize,
    end: usize,
    text: &'a str,
    kind: AnnotationKind,
}

fn excerpts(labels: &[Label]) -> Vec<Excerpt<'_>> {
    let mut excerpts: Vec<Excerpt<'_>> = Vec::new();
    let labels = labels.iter().enumerate();
    for (index, label) in labels.filter(|(_, label)| !label.is_of_file()) {
        let kind = match index {
            0 => AnnotationKind::Primary,
            _ => AnnotationKind::Context,
        };
        let mark = Mark::new(label, kind);
        match excerpts
            .iter_mut()
            .find(|excerpt| excerpt.fits(&label.file, &mark))
        {
            Some(excerpt) => excerpt.marks.push(mark),
            None => excerpts.push(Excerpt {
                file: &label.file,
                marks: vec![mark],
            }),
        }
    }
    excerpts
}

impl<'a> Mark<'a> {
    fn new(label: &'a Label, kind: AnnotationKind) -> Self {
        let text = label.file.text.as_str();
        let start = text.floor_char_boundary(label.range.start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line = text[line_start..].split('\n').next().unwrap_or_default();
        let start = start - line_start;
        let end = label.range.end.saturating_sub(line_start);
        let end = line.floor_char_boundary(end.min(start + REACH)).max(start);
        Self {
            line,
            line_start,
            start,
            end,
            text: &label.text,
            kind,
        }
    }
}

impl<'a> Excerpt<'a> {
    fn fits(&self, file: &Arc<SourceFile>, mark: &Mark<'_>) -> bool {
        let starts = self.marks.iter().map(|mark| mark.start);
        let ends = self.marks.iter().map(|mark| mark.end);
        let left = starts.fold(mark.start, usize::min);
        let right = ends.fold(mark.end, usize::max);
        Arc::ptr_eq(self.file, file) && right - left <= REACH
    }

    /// Only the lines between the marks are handed on: files may be large, and frames many.
    fn snippet(&self) -> Snippet<'a, Annotation<'a>> {
        let starts = self.marks.iter().map(|mark| mark.line_start);
        let ends = self
            .marks
            .iter()
            .map(|mark| mark.line_start + mark.line.len());
        let start = starts.min().unwrap_or(0);
        let end = ends.max().unwrap_or(start);
        let file = self.file.as_ref();
        Snippet::source(&file.text[start..end])
            .path(file.path.as_str())
            .line_start(file.position(start).line)
            .annotations(self.marks.iter().map(|mark| mark.annotation(start)))
    }
}

impl<'a> Mark<'a> {
    fn annotation(&self, source_start: usize) -> Annotation<'a> {
        let offset = self.line_start - source_start;
        let label = Some(self.text).filter(|text| !text.is_empty());
        self.kind
            .span(offset + self.start..offset + self.end)
            .label(label)
    }
}
