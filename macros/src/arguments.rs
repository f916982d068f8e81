//! The arguments of `migrations!`.

use proc_macro2::{Span, TokenStream};
use rungs_build::{Dialect, bad_argument};
use syn::parse::{Parse, ParseStream};
use syn::{Error, Ident, LitStr, Result, Token, bracketed, parenthesized, token};

/// `(path of the rungs crate) [mod] "directory" [, dialect = sqlite | [sqlite, postgres]]`
pub(crate) struct Arguments {
    pub(crate) runtime: TokenStream,
    /// Whether the items of a module are wanted, rather than an expression.
    pub(crate) is_module: bool,
    pub(crate) directory: LitStr,
    /// What is wrong here is told beside a well-typed table, like everything else.
    pub(crate) dialects: Result<Vec<Dialect>>,
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
        let dialects = dialects(input);
        // After an error some of it may be left.
        input.parse::<TokenStream>()?;
        Ok(Self {
            runtime,
            is_module,
            directory,
            dialects,
        })
    }
}

fn dialects(input: ParseStream<'_>) -> Result<Vec<Dialect>> {
    let mut dialects = Vec::new();
    while !input.is_empty() {
        let comma: Result<Token![,]> = input.parse();
        comma.map_err(|error| bad(error.span(), bad_argument::no_comma()))?;
        if input.is_empty() {
            break;
        }
        let name: Ident = input
            .parse()
            .map_err(|error| bad(error.span(), bad_argument::no_name()))?;
        if name != "dialect" {
            return Err(bad(name.span(), bad_argument::unknown(&name.to_string())));
        }
        let equals: Result<Token![=]> = input.parse();
        equals.map_err(|_| bad(name.span(), bad_argument::no_value()))?;
        if input.peek(token::Bracket) {
            let list;
            bracketed!(list in input);
            while !list.is_empty() {
                dialects.push(dialect(&list)?);
                list.parse::<Option<Token![,]>>()?;
            }
        } else {
            dialects.push(dialect(input)?);
        }
    }
    Ok(dialects)
}

fn dialect(input: ParseStream<'_>) -> Result<Dialect> {
    if let Ok(text) = input.parse::<LitStr>() {
        return Err(bad(text.span(), bad_argument::string(&text.value())));
    }
    let word: Ident = input
        .parse()
        .map_err(|error| bad(error.span(), bad_argument::no_value()))?;
    word.to_string()
        .parse()
        .map_err(|unknown| bad(word.span(), bad_argument::unknown_dialect(&unknown)))
}

fn bad(span: Span, message: String) -> Error {
    Error::new(span, message)
}
