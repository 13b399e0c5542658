"""Equal Parquet files from equal rows: Spark writes the set of a column's encodings in an order that differs by process.

The footer is one struct in Thrift's compact protocol (github.com/apache/thrift, doc/specs/thrift-compact-protocol.md); the
path to the lists is that of github.com/apache/parquet-format, parquet.thrift.
"""

from pathlib import Path

STRUCT, LIST, SET, MAP, BINARY, DOUBLE, BYTE = 12, 9, 10, 11, 8, 7, 3
BOOLEANS = (1, 2)

# Fields by id: FileMetaData.row_groups, RowGroup.columns, ColumnChunk.meta_data, ColumnMetaData.encodings.
ENCODINGS = (4, 1, 3, 2)


def sort_encodings(file: Path) -> None:
    """Sorts the encodings of each column in place; nothing else changes, nor does a length."""
    with file.open("r+b") as stream:
        stream.seek(-8, 2)
        length = int.from_bytes(stream.read(4), "little")
        stream.seek(-8 - length, 2)
        start = stream.tell()
        footer = _Footer(bytearray(stream.read(length)))
        footer.walk_struct(ENCODINGS)
        stream.seek(start)
        stream.write(footer.data)


class _Footer:
    def __init__(self, data):
        self.data = data
        self.at = 0

    def byte(self):
        self.at += 1
        return self.data[self.at - 1]

    def varint(self):
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
            shift += 7

    def walk_struct(self, path):
        """`path` leads from this struct's fields to the lists; empty off the way."""
        field = 0
        while (header := self.byte()) != 0:
            delta, kind = header >> 4, header & 0xF
            if delta:
                field += delta
            else:
                number = self.varint()
                field = (number >> 1) ^ -(number & 1)
            # A boolean's value stands in its header.
            if kind not in BOOLEANS:
                self.walk(kind, path[1:] if path and field == path[0] else None)

    def walk(self, kind, path):
        if kind == STRUCT:
            self.walk_struct(path or ())
        elif kind in (LIST, SET):
            self.walk_list(path)
        elif kind == MAP:
            self.walk_map()
        elif kind == BINARY:
            length = self.varint()
            self.at += length
        elif kind == DOUBLE:
            self.at += 8
        elif kind == BYTE or kind in BOOLEANS:
            self.at += 1
        else:
            self.varint()

    def walk_list(self, path):
        header = self.byte()
        size = header >> 4 if header >> 4 != 0xF else self.varint()
        start = self.at
        for _ in range(size):
            self.walk(header & 0xF, path)
        # Each encoding is a number of one byte.
        if path == () and self.at - start == size:
            self.data[start : self.at] = bytes(sorted(self.data[start : self.at]))

    def walk_map(self):
        size = self.varint()
        kinds = self.byte() if size else 0
        for _ in range(size):
            self.walk(kinds >> 4, None)
            self.walk(kinds & 0xF, None)
