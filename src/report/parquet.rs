//! The log of rounds as a Parquet file: the columns of `rounds.csv`, texts and small numbers by dictionary.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Encoding, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::rows::RoundRow;

/// Rows of a row group: what is kept in memory at a time, about 20 bytes a row.
const GROUP: usize = 1 << 20;
/// Rows of a file at most: row groups are numbered by 16 bits with a sign.
pub const MAX_ROWS: u64 = GROUP as u64 * i16::MAX as u64;
/// Texts handed over at a time.
const BATCH: usize = 1 << 12;

/// Writes rounds to a Parquet file.
pub struct RoundsWriter<'a, W: Write + Send> {
    file: SerializedFileWriter<W>,
    rounds: Vec<i64>,
    assumptions: Texts<'a>,
    outcomes: Texts<'a>,
    stages: Texts<'a>,
    ballots: Vec<i32>,
    vetoes: Vec<i32>,
}

/// A column of few different texts.
#[derive(Default)]
struct Texts<'a> {
    known: Vec<(&'a str, ByteArray)>,
    /// By row: which of the known.
    rows: Vec<u32>,
}

impl<'a, W: Write + Send> RoundsWriter<'a, W> {
    /// Begins the file in `sink`.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn new(sink: W) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_created_by(concat!("nemcon ", env!("CARGO_PKG_VERSION")).to_owned())
            // Only of the rounds' numbers, by which a reader may look for some.
            .set_statistics_enabled(EnabledStatistics::None)
            .set_column_statistics_enabled(ColumnPath::from("round"), EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            // Round after round: the differences are all the same.
            .set_column_dictionary_enabled(ColumnPath::from("round"), false)
            .set_column_encoding(ColumnPath::from("round"), Encoding::DELTA_BINARY_PACKED)
            .build();
        Ok(Self {
            file: SerializedFileWriter::new(sink, Arc::new(schema().map_err(into_io)?), Arc::new(properties))
                .map_err(into_io)?,
            rounds: Vec::new(),
            assumptions: Texts::default(),
            outcomes: Texts::default(),
            stages: Texts::default(),
            ballots: Vec::new(),
            vetoes: Vec::new(),
        })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn write(&mut self, rows: impl Iterator<Item = RoundRow<'a>>) -> io::Result<()> {
        for row in rows {
            self.rounds.push(row.round as i64);
            self.assumptions.push(row.assumption);
            self.outcomes.push(row.outcome);
            self.stages.push(row.stage);
            self.ballots.push(row.ballots as i32);
            self.vetoes.push(row.vetoes as i32);
            if self.rounds.len() == GROUP {
                self.end_group().map_err(into_io)?;
            }
        }
        Ok(())
    }

    /// Ends the file and returns the sink.
    ///
    /// # Errors
    /// Those of the sink.
    pub fn finish(mut self) -> io::Result<W> {
        if !self.rounds.is_empty() {
            self.end_group().map_err(into_io)?;
        }
        self.file.into_inner().map_err(into_io)
    }

    /// Writes the rows kept so far, column by column in the order of the schema.
    fn end_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        numbers::<Int64Type, W>(&mut group, &mut self.rounds)?;
        self.assumptions.write(&mut group)?;
        self.outcomes.write(&mut group)?;
        self.stages.write(&mut group)?;
        numbers::<Int32Type, W>(&mut group, &mut self.ballots)?;
        numbers::<Int32Type, W>(&mut group, &mut self.vetoes)?;
        group.close().map(|_| ())
    }
}

impl<'a> Texts<'a> {
    fn push(&mut self, text: &'a str) {
        // As a rule a text is one of the model's, and always the same piece of memory.
        let known = self.known.iter().position(|(known, _)| std::ptr::eq(*known, text));
        let known = known.or_else(|| self.known.iter().position(|(known, _)| *known == text));
        let place = known.unwrap_or_else(|| {
            self.known.push((text, ByteArray::from(text)));
            self.known.len() - 1
        });
        self.rows.push(place as u32);
    }

    fn write<W: Write + Send>(&mut self, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<(), ParquetError> {
        let Some(mut column) = group.next_column()? else { return Err(no_column()) };
        let mut texts = Vec::with_capacity(BATCH);
        for rows in self.rows.chunks(BATCH) {
            texts.clear();
            texts.extend(rows.iter().filter_map(|&row| self.known.get(row as usize)).map(|(_, text)| text.clone()));
            column.typed::<ByteArrayType>().write_batch(&texts, None, None)?;
        }
        self.rows.clear();
        column.close()
    }
}

/// Writes a column of numbers.
fn numbers<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &mut Vec<T::T>,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else { return Err(no_column()) };
    column.typed::<T>().write_batch(values, None, None)?;
    values.clear();
    column.close()
}

/// The columns of [`RoundRow`], none of which is ever empty of a value.
fn schema() -> Result<Type, ParquetError> {
    let column = |name: &str, physical: Physical, logical: Option<LogicalType>| {
        let column = Type::primitive_type_builder(name, physical).with_repetition(Repetition::REQUIRED);
        column.with_logical_type(logical).build().map(Arc::new)
    };
    let number = |name, physical| column(name, physical, None);
    let text = |name| column(name, Physical::BYTE_ARRAY, Some(LogicalType::String));
    let columns = vec![
        number("round", Physical::INT64)?,
        text("assumption")?,
        text("outcome")?,
        text("stage")?,
        number("ballots", Physical::INT32)?,
        number("vetoes", Physical::INT32)?,
    ];
    Type::group_type_builder("rounds").with_fields(columns).build()
}

fn no_column() -> ParquetError {
    ParquetError::General("the schema has too few columns".to_owned())
}

/// The error of the sink, if that is what it is.
fn into_io(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::rows::Row;

    #[test]
    fn columns_are_called_as_in_the_csv_file() {
        let schema = schema().unwrap();
        assert!(schema.get_fields().iter().map(|field| field.name()).eq(RoundRow::COLUMNS.iter().copied()));
    }
}
