//! The arguments of `migrations!`.

use proc_macro2::{Span, TokenStream};
use rungs_build::Dialect;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Ident, LitStr, Token, Visibility, bracketed, parenthesized};

/// `[pub mod name in] "directory" [, dialect = sqlite | [sqlite, postgres]]`
pub(crate) struct Arguments {
    /// The path of the `rungs` crate.
    pub(crate) runtime: TokenStream,
    pub(crate) module: Option<Module>,
    pub(crate) directory: LitStr,
    pub(crate) dialects: Vec<Dialect>,
}

/// The module that the second form makes.
pub(crate) struct Module {
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    pub(crate) name: Ident,
}

impl Parse for Arguments {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let runtime;
        parenthesized!(runtime in input);
        let runtime = runtime.parse()?;
        let module = if input.peek(syn::Lit) {
            None
        } else {
            module(input)?
        };
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
            module,
            directory,
            dialects,
        })
    }
}

fn module(input: ParseStream<'_>) -> syn::Result<Option<Module>> {
    let attributes = input.call(Attribute::parse_outer)?;
    let visibility: Visibility = input.parse()?;
    if !input.peek(Token![mod]) {
        return Ok(None);
    }
    input.parse::<Token![mod]>()?;
    let name = input.parse()?;
    input.parse::<Token![in]>()?;
    Ok(Some(Module {
        attributes,
        visibility,
        name,
    }))
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
