//! As much HTTP as redirects need; a service with more to say would use a web framework.

use std::fmt::Write as _;

use anyhow::Result;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::links::Links;

const LONGEST_REQUEST: u64 = 8 * 1024;

/// Answers requests until the process ends.
pub(crate) async fn run(listener: TcpListener, links: Links) -> Result<()> {
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let links = links.clone();
        tokio::spawn(async move {
            if let Err(error) = serve(stream, &links).await {
                eprintln!("{error:#}");
            }
        });
    }
}

async fn serve(mut stream: TcpStream, links: &Links) -> Result<()> {
    let request = read_request(&mut stream).await?;
    let response = match request.split(' ').collect::<Vec<_>>()[..] {
        ["GET", "/", _] => popular(links).await?,
        ["GET", path, _] => redirect(links, path.trim_start_matches('/')).await?,
        _ => response("400 Bad Request", "", ""),
    };
    stream.write_all(response.as_bytes()).await?;
    Ok(stream.shutdown().await?)
}

/// The first line of a request; the headers up to the empty line are read and dropped.
async fn read_request(stream: &mut TcpStream) -> Result<String> {
    let mut lines = BufReader::new(stream).take(LONGEST_REQUEST).lines();
    let first = lines.next_line().await?.unwrap_or_default();
    while let Some(line) = lines.next_line().await?
        && !line.is_empty()
    {}
    Ok(first)
}

async fn redirect(links: &Links, slug: &str) -> Result<String> {
    Ok(match links.follow(slug).await? {
        Some(target) => response("302 Found", &format!("Location: {target}\r\n"), ""),
        None => response("404 Not Found", "", "no such link\n"),
    })
}

async fn popular(links: &Links) -> Result<String> {
    let mut body = String::new();
    for (slug, visits) in links.popular().await? {
        writeln!(body, "{visits:>6}  /{slug}")?;
    }
    Ok(response("200 OK", "Content-Type: text/plain\r\n", &body))
}

fn response(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
}
