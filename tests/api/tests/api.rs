//! Wrong uses of the interface, and what the compiler says about them.
//!
//! What it says about migrations is tested in `tests/ui`. `TRYBUILD=overwrite` accepts what is actual.

#[test]
fn wrong_uses_are_explained() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("cases/*.rs");
}
