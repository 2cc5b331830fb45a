//! The lines of standard input.

use tokio::io::{AsyncBufRead, AsyncBufReadExt, BufReader, Stdin, stdin};

/// The longest command (bytes).
const LONGEST: usize = 64 * 1024;

/// Lines that end with a line break. A line that the end of the input has torn may stand for something else than what was
/// meant, and so may the rest of one that is too long: both are refused.
#[derive(Debug)]
pub(super) struct LineReader<R = BufReader<Stdin>> {
    reader: R,
    line: Vec<u8>,
    /// Whether the current line is too long, so that the rest of it is left out.
    is_too_long: bool,
}

impl LineReader {
    pub(super) fn of_standard_input() -> Self {
        Self::new(BufReader::new(stdin()))
    }
}

impl<R: AsyncBufRead + Unpin> LineReader<R> {
    fn new(reader: R) -> Self {
        Self { reader, line: Vec::new(), is_too_long: false }
    }

    /// Waits for the next line, or the reason why one is refused. Returns `None` at the end. Cancel safe.
    pub(super) async fn next(&mut self) -> Option<Result<String, &'static str>> {
        loop {
            let bytes = self.reader.fill_buf().await.unwrap_or_default();
            if bytes.is_empty() {
                let is_torn = !std::mem::take(&mut self.line).is_empty();
                return is_torn.then_some(Err("the line is incomplete; end each command with a line break"));
            }
            let end = bytes.iter().position(|byte| *byte == b'\n');
            let piece = bytes.get(..end.unwrap_or(bytes.len())).unwrap_or_default();
            self.is_too_long |= self.line.len() + piece.len() > LONGEST;
            if !self.is_too_long {
                self.line.extend_from_slice(piece);
            }
            let taken = end.map_or(bytes.len(), |end| end + 1);
            self.reader.consume(taken);
            if end.is_some() {
                let line = std::mem::take(&mut self.line);
                return Some(if std::mem::take(&mut self.is_too_long) {
                    Err("the line is too long")
                } else {
                    Ok(String::from_utf8_lossy(&line).into_owned())
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn torn_and_endless_lines_are_refused_and_what_follows_is_read() {
        let input =
            [b"accept i1.1\r\n\n".to_vec(), vec![b'x'; 2 * LONGEST], b"\nleave c1.2\naccept i1.1".to_vec()];
        let input = input.concat();
        let mut lines = LineReader::new(&*input);
        let mut read = Vec::new();
        while let Some(line) = lines.next().await {
            read.push(line);
        }
        let torn = "the line is incomplete; end each command with a line break";
        let whole = |line: &str| Ok(line.to_owned());
        let expected =
            [whole("accept i1.1\r"), whole(""), Err("the line is too long"), whole("leave c1.2"), Err(torn)];
        assert_eq!(read, expected);
    }
}
