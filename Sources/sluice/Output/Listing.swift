import ArgumentParser
import Model

/// How a listing or report is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case table, json
}

struct OutputOptions: ParsableArguments {
    @Option(help: "How to print: table for people, json for scripts.")
    var format = OutputFormat.table

    @Flag(name: [.short, .long], help: "Print one name a line, nothing else.")
    var quiet = false
}

/// Rows under headings, in columns as wide as they need to be.
struct Listing {
    struct Row {
        /// What `--quiet` prints.
        let name: String
        let cells: [String]
        /// Made where it is printed: that of an object takes longer than its cells.
        let json: () -> JSONValue
        /// Colours a cell by its column.
        let colour: [Int: Colour]

        init(
            name: String, cells: [String], json: @escaping @autoclosure () -> JSONValue, colour: [Int: Colour] = [:]
        ) {
            self.name = name
            self.cells = cells
            self.json = json
            self.colour = colour
        }
    }

    let headings: [String]
    /// Gone through once, so that those of a long listing need not be in memory together.
    let rows: any Collection<Row>
    /// Said on a terminal when there are no rows.
    let emptiness: String

    func print(_ options: OutputOptions) {
        switch options.format {
        case .json: Self.putJSON(rows)
        case .table where options.quiet: Terminal.put(names: rows.map(\.name))
        case .table where rows.isEmpty: Terminal.say(emptiness)
        case .table: Terminal.put(table)
        }
    }

    private static func putJSON(_ rows: some Collection<Row>) {
        Terminal.put(array: rows.lazy.map { $0.json() })
    }

    private var table: String {
        let shown = rows.map { row in (row.cells.map { EscapedName.unseen(in: $0).onOneLine }, row.colour) }
        var widths = headings.map(\.width)
        for (cells, _) in shown {
            for (column, cell) in cells.enumerated() { widths[column] = max(widths[column], cell.width) }
        }
        let lines =
            [line(headings, widths) { _, text in Colour.grey(text) }]
            + shown.map { cells, colour in
                line(cells, widths) { column, text in colour[column]?(text) ?? text }
            }
        return lines.joined()
    }

    private func line(_ cells: [String], _ widths: [Int], _ colour: (Int, String) -> String) -> String {
        let padded = cells.enumerated().map { column, cell in
            let space = column == cells.count - 1 ? 0 : widths[column] - cell.width
            return colour(column, cell) + String(repeating: " ", count: space)
        }
        return padded.joined(separator: "  ") + "\n"
    }
}

extension String {
    fileprivate var onOneLine: String { utf8.contains(UInt8(ascii: "\n")) ? replacing("\n", with: " ") : self }

    /// How many columns it takes. What is plain ASCII needs no look for the characters that several code points make.
    fileprivate var width: Int { utf8.allSatisfy { $0 < 0x80 } ? utf8.count : count }
}
