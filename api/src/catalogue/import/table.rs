//! A CSV file as rows of named fields, each with its line; faults of form go to the audit.

use csv::{ByteRecord, ReaderBuilder};

use super::audit::Audit;

/// A file's name, for messages, and its content.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Which columns a file has: all of `required`, any of `optional`, no others.
pub(super) struct Columns {
    pub(super) required: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) file: String,
    columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: u64,
    pub(super) fields: Vec<String>,
}

impl Table {
    /// The rows that are well formed. `None`: the header is wrong, so that no row can be read.
    pub(super) fn read(source: &Source, columns: &Columns, audit: &mut Audit) -> Option<Self> {
        let mut records = records(&source.bytes).into_iter();
        let Some((line, header)) = records.next() else {
            audit.fault(&source.name, 1, "the file is empty: a header is needed");
            return None;
        };
        let header = header_names(&header);
        if !header_is_right(&header, columns, (&source.name, line), audit) {
            return None;
        }
        let mut rows = Vec::new();
        for (line, record) in records {
            match fields(&record, header.len()) {
                Ok(fields) => rows.push(Row { line, fields }),
                Err(reason) => audit.fault(&source.name, line, reason),
            }
        }
        Some(Self {
            file: source.name.clone(),
            columns: header,
            rows,
        })
    }

    /// The trimmed text of a field; empty when the file has no such column.
    pub(super) fn field<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.columns
            .iter()
            .position(|name| name == column)
            .and_then(|index| row.fields.get(index))
            .map_or("", |field| field.trim())
    }
}

/// Records with the line each begins on.
fn records(bytes: &[u8]) -> Vec<(u64, ByteRecord)> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes);
    let mut records = Vec::new();
    let mut record = ByteRecord::new();
    // Reading from memory cannot fail, and rows may have any length here.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        records.push((line_of(&record, bytes), record.clone()));
    }
    records
}

/// The reader's own count lags behind blank lines and the second byte of CRLF: it is right only
/// once the line ends before the record are passed.
fn line_of(record: &ByteRecord, bytes: &[u8]) -> u64 {
    let Some(position) = record.position() else {
        return 1;
    };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let passed = bytes
        .get(start..)
        .unwrap_or_default()
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|byte| **byte == b'\n')
        .count();
    position.line() + u64::try_from(passed).unwrap_or_default()
}

fn header_names(record: &ByteRecord) -> Vec<String> {
    record
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim().to_owned())
        .collect()
}

fn header_is_right(
    header: &[String],
    columns: &Columns,
    (file, line): (&str, u64),
    audit: &mut Audit,
) -> bool {
    let mut right = true;
    let mut fault = |reason: String| {
        audit.fault(file, line, reason);
        right = false;
    };
    for name in columns.required {
        if !header.iter().any(|known| known == name) {
            fault(format!("missing column {name}"));
        }
    }
    for (index, name) in header.iter().enumerate() {
        if !columns.required.contains(&name.as_str()) && !columns.optional.contains(&name.as_str())
        {
            fault(format!("unknown column {name:?}"));
        } else if header.iter().take(index).any(|earlier| earlier == name) {
            fault(format!("column {name} is there twice"));
        }
    }
    right
}

fn fields(record: &ByteRecord, wanted: usize) -> Result<Vec<String>, String> {
    if record.len() != wanted {
        return Err(format!("{} fields instead of {wanted}", record.len()));
    }
    record
        .iter()
        .map(|field| std::str::from_utf8(field).map(str::to_owned))
        .collect::<Result<_, _>>()
        .map_err(|_| "not valid UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: Columns = Columns {
        required: &["code", "name"],
        optional: &["note"],
    };

    fn read(bytes: &[u8]) -> (Option<Table>, Vec<String>) {
        let source = Source {
            name: "x.csv".into(),
            bytes: bytes.to_vec(),
        };
        let mut audit = Audit::default();
        let table = Table::read(&source, &COLUMNS, &mut audit);
        let faults = audit.verdict().err().unwrap_or_default();
        (table, faults.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_row_keeps_the_line_an_editor_shows() {
        let text = "name,code\r\nÉlan,A\r\n\r\n\"two\r\nlines\",B\r\nlast,C\r\n";
        let (table, faults) = read(text.as_bytes());
        let table = table.unwrap();
        let lines: Vec<_> = table.rows.iter().map(|row| row.line).collect();
        assert_eq!((lines, faults), (vec![2, 4, 6], vec![]));
        assert_eq!(table.field(&table.rows[0], "name"), "Élan");
        assert_eq!(table.field(&table.rows[0], "note"), "");
        let (table, _) = read(&text.replace('\r', "").into_bytes());
        let lines: Vec<_> = table.unwrap().rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [2, 4, 6]);
    }

    #[test]
    fn faults_of_form_name_their_lines() {
        let (_, faults) = read(b"code,name\nA,a\nB\n\xff,c\nD,d,d\n");
        let wanted = [
            "x.csv:3: 1 fields instead of 2",
            "x.csv:4: not valid UTF-8",
            "x.csv:5: 3 fields instead of 2",
        ];
        assert_eq!(faults, wanted);
    }

    #[test]
    fn a_wrong_header_is_one_clear_fault_each() {
        let (table, faults) = read(b"code,nom,code\nA,a,b\n");
        assert!(table.is_none());
        let wanted = [
            "x.csv:1: missing column name",
            "x.csv:1: unknown column \"nom\"",
            "x.csv:1: column code is there twice",
        ];
        assert_eq!(faults, wanted);
        assert_eq!(
            read(b"").1,
            ["x.csv:1: the file is empty: a header is needed"]
        );
    }
}
