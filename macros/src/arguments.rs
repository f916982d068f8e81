//! The arguments of `migrations!`.

use proc_macro2::{Span, TokenStream};
use rungs_build::{Dialect, Kind, Level, Server, bad_argument, kinds};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitInt, LitStr, Result, Token, bracketed, parenthesized, token};

const DIALECT: &str = "dialect";
const PLACEHOLDERS: &str = "placeholders";
const SINCE: &str = "since";

/// `(path of the rungs crate) [mod] "directory" [, name = value]`
pub(crate) struct Arguments {
    pub(crate) runtime: TokenStream,
    /// Whether the items of a module are wanted, rather than an expression.
    pub(crate) is_module: bool,
    pub(crate) directory: LitStr,
    /// What is wrong here is told beside a well-typed table, like everything else.
    pub(crate) settings: Result<Settings>,
}

/// `dialect = sqlite`, `placeholders = ["prefix"]`, `warn = ["empty-file"]`, `since = 12`; a list stands in
/// brackets.
#[derive(Default)]
pub(crate) struct Settings {
    pub(crate) dialects: Vec<Dialect>,
    /// The servers of MySQL among the names.
    pub(crate) servers: Vec<Server>,
    pub(crate) placeholders: Vec<String>,
    pub(crate) levels: Vec<(&'static Kind, Level)>,
    pub(crate) since: Option<i64>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let runtime;
        parenthesized!(runtime in input);
        let runtime = runtime.parse()?;
        let is_module = input.parse::<Option<Token![mod]>>()?.is_some();
        let directory: LitStr = input
            .parse()
            .map_err(|error| bad(error.span(), bad_argument::no_path()))?;
        let settings = Settings::parse(input);
        // After an error some of it may be left.
        input.parse::<TokenStream>()?;
        Ok(Self {
            runtime,
            is_module,
            directory,
            settings,
        })
    }
}

impl Settings {
    fn parse(input: ParseStream<'_>) -> Result<Self> {
        let mut settings = Self::default();
        while !input.is_empty() {
            let comma: Result<Token![,]> = input.parse();
            comma.map_err(|error| bad(error.span(), bad_argument::no_comma()))?;
            if input.is_empty() {
                break;
            }
            let name: Ident = input
                .parse()
                .map_err(|error| bad(error.span(), bad_argument::no_name()))?;
            settings.argument(&name, input)?;
        }
        Ok(settings)
    }

    fn argument(&mut self, name: &Ident, input: ParseStream<'_>) -> Result<()> {
        let word = name.to_string();
        let level = Level::from_name(&word);
        if ![DIALECT, PLACEHOLDERS, SINCE].contains(&&*word) && level.is_none() {
            return Err(bad(name.span(), bad_argument::unknown(&word)));
        }
        let equals: Result<Token![=]> = input.parse();
        equals.map_err(|_| bad(name.span(), bad_argument::no_value(&word)))?;
        if let Some(level) = level {
            let found = list(input, |input| check(input, &word))?;
            self.levels
                .extend(found.into_iter().map(|kind| (kind, level)));
        } else if word == SINCE {
            self.since = Some(version(input)?);
        } else if word == PLACEHOLDERS {
            self.placeholders.extend(list(input, placeholder)?);
        } else {
            for (dialect, server) in list(input, dialect)? {
                self.dialects.push(dialect);
                self.servers.extend(server);
            }
        }
        Ok(())
    }
}

/// One item, or several in brackets.
fn list<T>(input: ParseStream<'_>, item: impl Fn(ParseStream<'_>) -> Result<T>) -> Result<Vec<T>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![item(input)?]);
    }
    let list;
    bracketed!(list in input);
    let items = items(&list, item);
    // After an error some of it may be left, which would be told of instead.
    list.parse::<TokenStream>()?;
    items
}

fn items<T>(list: ParseStream<'_>, item: impl Fn(ParseStream<'_>) -> Result<T>) -> Result<Vec<T>> {
    let mut items = Vec::new();
    while !list.is_empty() {
        items.push(item(list)?);
        list.parse::<Option<Token![,]>>()?;
    }
    Ok(items)
}

fn dialect(input: ParseStream<'_>) -> Result<(Dialect, Option<Server>)> {
    if let Ok(text) = input.parse::<LitStr>() {
        return Err(bad(text.span(), bad_argument::string(&text.value())));
    }
    let word: Ident = input
        .parse()
        .map_err(|error| bad(error.span(), bad_argument::no_value(DIALECT)))?;
    let name = word.to_string();
    let dialect = name
        .parse()
        .map_err(|unknown| bad(word.span(), bad_argument::unknown_dialect(&unknown)))?;
    Ok((dialect, Server::named(&name)))
}

fn check(input: ParseStream<'_>, name: &str) -> Result<&'static Kind> {
    let id: LitStr = input
        .parse()
        .map_err(|error| bad(error.span(), bad_argument::no_value(name)))?;
    kinds::adjustable(&id.value())
        .map_err(|refusal| bad(id.span(), bad_argument::not_adjustable(&refusal)))
}

fn placeholder(input: ParseStream<'_>) -> Result<String> {
    let declaration: Result<LitStr> = input.parse();
    match declaration {
        Ok(declaration) => Ok(declaration.value()),
        Err(error) => Err(bad(error.span(), bad_argument::no_value(PLACEHOLDERS))),
    }
}

fn version(input: ParseStream<'_>) -> Result<i64> {
    let number: Result<LitInt> = input.parse();
    number
        .and_then(|number| number.base10_parse())
        .map_err(|error| bad(error.span(), bad_argument::no_value(SINCE)))
}

fn bad(span: Span, message: String) -> Error {
    Error::new(span, message)
}
