//! The arguments of `migrations!`.

use proc_macro2::{Span, TokenStream};
use rungs_build::Dialect;
use syn::parse::{Parse, ParseStream};
use syn::{Ident, LitStr, Token, bracketed, parenthesized};

/// `(path of the rungs crate) [mod] "directory" [, dialect = sqlite | [sqlite, postgres]]`
pub(crate) struct Arguments {
    /// The path of the `rungs` crate.
    pub(crate) runtime: TokenStream,
    /// Whether the items of a module are wanted, rather than an expression.
    pub(crate) is_module: bool,
    pub(crate) directory: LitStr,
    pub(crate) dialects: Vec<Dialect>,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let runtime;
        parenthesized!(runtime in input);
        let runtime = runtime.parse()?;
        let is_module = input.parse::<Option<Token![mod]>>()?.is_some();
        let directory = directory(input)?;
        let mut dialects = Vec::new();
        while !input.is_empty() {
            input.parse::<Token![,]>()?;
            if !input.is_empty() {
                argument(input, &mut dialects)?;
            }
        }
        Ok(Self {
            runtime,
            is_module,
            directory,
            dialects,
        })
    }
}

fn directory(input: ParseStream<'_>) -> syn::Result<LitStr> {
    input.parse().map_err(|error| {
        let message =
            "the directory must be a string literal, such as `migrations!(\"migrations\")`";
        bad(error.span(), message)
    })
}

fn argument(input: ParseStream<'_>, dialects: &mut Vec<Dialect>) -> syn::Result<()> {
    let name: Ident = input.parse().map_err(|error| {
        bad(
            error.span(),
            "expected an argument such as `dialect = sqlite`",
        )
    })?;
    if name != "dialect" {
        return Err(bad(
            name.span(),
            &format!("there is no argument `{name}`; there is `dialect = sqlite`"),
        ));
    }
    input
        .parse::<Token![=]>()
        .map_err(|error| bad(error.span(), "expected `dialect = sqlite`"))?;
    if input.peek(syn::token::Bracket) {
        let list;
        bracketed!(list in input);
        for word in list.parse_terminated(Ident::parse, Token![,])? {
            dialects.push(dialect(&word)?);
        }
    } else {
        let expected = "expected sqlite, postgres, mysql, or a list such as `[sqlite, postgres]`";
        let word = input
            .parse()
            .map_err(|error: syn::Error| bad(error.span(), expected))?;
        dialects.push(dialect(&word)?);
    }
    Ok(())
}

fn dialect(word: &Ident) -> syn::Result<Dialect> {
    word.to_string()
        .parse()
        .map_err(|error: rungs_build::UnknownDialect| bad(word.span(), &error.to_string()))
}

fn bad(span: Span, message: &str) -> syn::Error {
    syn::Error::new(span, format!("{message} [bad-argument]"))
}
