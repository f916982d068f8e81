static MIGRATIONS: rungs::Migrations = rungs::migrations!("/home/ann/shop/migrations", dialect = sqlite);

fn main() {
    let _ = MIGRATIONS.len();
}
