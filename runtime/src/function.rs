//! Functions of the application that migrations call with `-- rungs: call(name)`.

use std::any::{Any, TypeId, type_name};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;

use crate::connection::DriverError;

/// What a function fails with.
pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;
/// What an async function returns; `Box::pin(async move { ... })` makes one.
pub type BoxFuture<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

type Blocking = dyn Fn(&mut (dyn Any + Send)) -> Result<(), BoxError> + Send + Sync;
type Awaited =
    dyn for<'c> Fn(&'c mut (dyn Any + Send)) -> BoxFuture<'c, Result<(), BoxError>> + Send + Sync;

/// The functions of a migrator, by name.
pub(crate) type Functions = BTreeMap<String, Function>;

/// A function, and the type of the connections that it takes.
#[derive(Clone)]
pub(crate) struct Function {
    connection: TypeId,
    pub(crate) connection_name: &'static str,
    call: Call,
}

#[derive(Clone)]
enum Call {
    Blocking(Arc<Blocking>),
    Awaited(Arc<Awaited>),
}

impl Function {
    pub(crate) fn blocking<C: 'static, E: Into<BoxError>>(
        function: impl Fn(&mut C) -> Result<(), E> + Send + Sync + 'static,
    ) -> Self {
        Self::of::<C>(Call::Blocking(Arc::new(
            move |connection| match connection.downcast_mut() {
                Some(connection) => function(connection).map_err(Into::into),
                None => Err(other_connection::<C>()),
            },
        )))
    }

    pub(crate) fn awaited<C: Send + 'static, E: Into<BoxError> + 'static>(
        function: impl for<'c> Fn(&'c mut C) -> BoxFuture<'c, Result<(), E>> + Send + Sync + 'static,
    ) -> Self {
        let function = Arc::new(function);
        Self::of::<C>(Call::Awaited(Arc::new(move |connection| {
            let function = Arc::clone(&function);
            Box::pin(async move {
                match connection.downcast_mut() {
                    Some(connection) => function(connection).await.map_err(Into::into),
                    None => Err(other_connection::<C>()),
                }
            })
        })))
    }

    fn of<C: 'static>(call: Call) -> Self {
        Self {
            connection: TypeId::of::<C>(),
            connection_name: type_name::<C>(),
            call,
        }
    }

    /// Whether it takes connections of this type.
    pub(crate) fn takes(&self, connection: Option<TypeId>) -> bool {
        Some(self.connection) == connection
    }
}

/// Calls a function that takes this connection, as was found out before.
pub(crate) fn call(
    functions: &Functions,
    name: &str,
    connection: Option<&mut (dyn Any + Send)>,
) -> Result<(), DriverError> {
    let answer = match (functions.get(name).map(|it| &it.call), connection) {
        (Some(Call::Blocking(function)), Some(connection)) => function(connection),
        _ => Err(not_to_be_called()),
    };
    answer.map_err(failed)
}

/// The same, awaited.
pub(crate) async fn call_async(
    functions: &Functions,
    name: &str,
    connection: Option<&mut (dyn Any + Send)>,
) -> Result<(), DriverError> {
    let answer = match (functions.get(name).map(|it| &it.call), connection) {
        (Some(Call::Awaited(function)), Some(connection)) => function(connection).await,
        (Some(Call::Blocking(function)), Some(connection)) => function(connection),
        _ => Err(not_to_be_called()),
    };
    answer.map_err(failed)
}

fn failed(error: BoxError) -> DriverError {
    let mut message = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        // Many errors say what the one beneath them says.
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        source = error.source();
    }
    DriverError::new(message, error)
}

fn other_connection<C>() -> BoxError {
    format!("the connection is no `{}`", type_name::<C>()).into()
}

fn not_to_be_called() -> BoxError {
    "there is no such function for this connection".into()
}
