//! The `migrations!` macro of the `rungs` crate: arguments in, `rungs-build` called, tokens out.

mod arguments;

use std::env;

use arguments::{Arguments, Settings};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use rungs_build::{Call, Dialect, Expansion};
use syn::{Error, LitStr};

/// See `rungs::migrations`, which passes the path of its own crate as the first argument.
#[proc_macro]
pub fn migrations(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let arguments = syn::parse(input);
    arguments
        .map_or_else(Error::into_compile_error, tokens)
        .into()
}

fn tokens(arguments: Arguments) -> TokenStream {
    let Arguments {
        runtime,
        is_module,
        directory,
        settings,
    } = arguments;
    let (expansion, refusal) = match settings {
        Ok(settings) => (expand(&directory, settings), None),
        Err(error) => (
            expand(&directory, Settings::default()).refused(),
            Some(error.into_compile_error()),
        ),
    };
    let messages = messages(&expansion, &directory);
    let (table, versions) = (source(&expansion.table), source(&expansion.versions));
    let names = quote!(#[allow(unused_imports)] use #runtime::__private as __rungs;);
    let table = quote!({ #names #refusal #messages #table });
    if !is_module {
        return table;
    }
    quote! {
        /// The migrations of this directory.
        pub static MIGRATIONS: #runtime::Migrations = #table;

        /// The versions of the migrations, by name.
        pub mod versions { #names #versions }
    }
}

fn expand(directory: &LitStr, settings: Settings) -> Expansion {
    let databases = [
        cfg!(feature = "mysql").then_some(Dialect::Mysql),
        cfg!(feature = "postgres").then_some(Dialect::Postgres),
        cfg!(feature = "sqlite").then_some(Dialect::Sqlite),
    ];
    let databases = databases.into_iter().flatten().collect();
    let call = Call {
        directory: directory.value(),
        dialects: settings.dialects,
        servers: settings.servers,
        levels: settings.levels,
        since: settings.since,
        databases,
        placeholders: settings.placeholders,
    };
    rungs_build::expand(call, |variable| env::var_os(variable))
}

/// Errors as such; warnings as uses of something deprecated, the one way to warn on stable Rust.
fn messages(expansion: &Expansion, directory: &LitStr) -> TokenStream {
    let errors = expansion
        .errors
        .iter()
        .map(|frame| Error::new_spanned(directory, frame).into_compile_error());
    let warnings = expansion.warnings.iter().map(|frame| {
        quote_spanned! {directory.span()=> const _: () = {
            #[deprecated(note = #frame)]
            #[allow(non_upper_case_globals)]
            const warning: () = ();
            warning
        };}
    });
    errors.chain(warnings).collect()
}

/// What `rungs-build` wrote is valid Rust; should it ever not be, the compiler says where.
fn source(text: &str) -> TokenStream {
    text.parse().unwrap_or_else(|error: proc_macro2::LexError| {
        Error::new(error.span(), error).into_compile_error()
    })
}
