use std::{error::Error, fmt, io};

type BoxError = Box<dyn Error + Send + Sync>;

/// Why the body of a response ends before its time.
///
/// Servers take it as they take the app's own error: it turns into the same boxed error. It is no
/// [`Error`](std::error::Error) itself, so that it can do so for errors that are boxed already.
#[derive(Debug)]
#[non_exhaustive]
pub enum BodyError<E> {
    /// The app's body has failed.
    App(E),
    /// The app's body is not in the content coding that its head names, or is cut off. Only with the
    /// feature `decompression`.
    Coding(io::Error),
}

impl<E: fmt::Display> fmt::Display for BodyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::App(error) => error.fmt(f),
            Self::Coding(error) => write!(f, "the body is not in its content coding: {error}"),
        }
    }
}

impl<E: Into<BoxError>> From<BodyError<E>> for BoxError {
    fn from(error: BodyError<E>) -> Self {
        match error {
            BodyError::App(error) => error.into(),
            BodyError::Coding(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{BodyError, BoxError};

    #[test]
    fn the_error_of_the_app_comes_out_unchanged() {
        let boxed: BoxError = BodyError::App(io::Error::other("the app")).into();
        assert_eq!(boxed.downcast::<io::Error>().unwrap().to_string(), "the app");
        // Not every error is one by its type.
        let boxed: BoxError = BodyError::App(BoxError::from("boxed")).into();
        assert_eq!(boxed.to_string(), "boxed");
        assert_eq!(BodyError::App("text").to_string(), "text");
    }
}
