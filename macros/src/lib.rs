//! The `migrations!` macro of the `rungs` crate: arguments in, `rungs-build` called, tokens out.

use std::env;

use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use rungs_build::{Dialect, Expansion};
use syn::parse::{Parse, ParseStream};
use syn::{Error, LitStr, Token, parenthesized};

/// See `rungs::migrations`, which passes the path of its own crate as the first argument.
#[proc_macro]
pub fn migrations(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let call = syn::parse(input);
    call.map_or_else(Error::into_compile_error, tokens).into()
}

/// `(path of the rungs crate) [mod] "directory" [, arguments]`
struct Call {
    runtime: TokenStream,
    /// Whether the items of a module are wanted, rather than an expression.
    is_module: bool,
    directory: LitStr,
    arguments: (Option<Token![,]>, TokenStream),
}

impl Parse for Call {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let runtime;
        parenthesized!(runtime in input);
        let no_path = |error: Error| Error::new(error.span(), rungs_build::no_path());
        Ok(Self {
            runtime: runtime.parse()?,
            is_module: input.parse::<Option<Token![mod]>>()?.is_some(),
            directory: input.parse().map_err(no_path)?,
            arguments: (input.parse()?, input.parse()?),
        })
    }
}

fn tokens(call: Call) -> TokenStream {
    let expansion = expand(&call);
    let messages = messages(&call, &expansion);
    let (table, versions) = (source(&expansion.table), source(&expansion.versions));
    let runtime = call.runtime;
    let names = quote!(#[allow(unused_imports)] use #runtime::__private as __rungs;);
    let table = quote!({ #names #messages #table });
    if !call.is_module {
        return table;
    }
    quote! {
        /// The migrations of this directory.
        pub static MIGRATIONS: #runtime::Migrations = #table;

        /// The versions of the migrations, by name.
        pub mod versions { #names #versions }
    }
}

fn expand(call: &Call) -> Expansion {
    let databases = [
        cfg!(feature = "mysql").then_some(Dialect::Mysql),
        cfg!(feature = "postgres").then_some(Dialect::Postgres),
        cfg!(feature = "sqlite").then_some(Dialect::Sqlite),
    ];
    let (comma, arguments) = &call.arguments;
    let call = rungs_build::Call {
        directory: call.directory.value(),
        arguments: quote!(#comma #arguments).to_string(),
        databases: databases.into_iter().flatten().collect(),
    };
    rungs_build::expand(call, |variable| env::var_os(variable))
}

/// Errors as such; warnings as uses of something deprecated, the one way to warn on stable Rust.
fn messages(call: &Call, expansion: &Expansion) -> TokenStream {
    let error = |place: &dyn ToTokens, frame| Error::new_spanned(place, frame).into_compile_error();
    let ((_, arguments), directory) = (&call.arguments, &call.directory);
    let refused = expansion.bad_arguments.iter();
    let refused = refused.map(|frame| error(arguments, frame));
    let errors = expansion.errors.iter().map(|frame| error(directory, frame));
    let warnings = expansion.warnings.iter().map(|frame| {
        quote_spanned! {directory.span()=> const _: () = {
            #[deprecated(note = #frame)]
            #[allow(non_upper_case_globals)]
            const warning: () = ();
            warning
        };}
    });
    refused.chain(errors).chain(warnings).collect()
}

/// What `rungs-build` wrote is valid Rust; should it ever not be, the compiler says where.
fn source(text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|error: proc_macro2::LexError| {
        Error::new(error.span(), error).into_compile_error()
    })
}
