//! Nothing is here: the tests are in `tests/`, the programs that do not compile in `cases/`.
