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
        let json: JSONValue
        /// Colours a cell by its column.
        var colour: [Int: Colour] = [:]
    }

    let headings: [String]
    let rows: [Row]
    /// Said on a terminal when there are no rows.
    let emptiness: String

    func print(_ options: OutputOptions) {
        switch options.format {
        case .json: Terminal.put(JSONValue.array(rows.map(\.json)).pretty + "\n")
        case .table where options.quiet: Terminal.put(rows.map { $0.name + "\n" }.joined())
        case .table where rows.isEmpty: Terminal.say(emptiness)
        case .table: Terminal.put(table)
        }
    }

    private var table: String {
        var widths = headings.map(\.count)
        for row in rows {
            for (column, cell) in row.cells.enumerated() { widths[column] = max(widths[column], cell.count) }
        }
        let lines =
            [line(headings, widths) { _, text in Colour.grey(text) }]
            + rows.map { row in line(row.cells, widths) { column, text in row.colour[column]?(text) ?? text } }
        return lines.joined()
    }

    private func line(_ cells: [String], _ widths: [Int], _ colour: (Int, String) -> String) -> String {
        let padded = cells.enumerated().map { column, cell in
            let space = column == cells.count - 1 ? 0 : widths[column] - cell.count
            return colour(column, cell) + String(repeating: " ", count: space)
        }
        return padded.joined(separator: "  ") + "\n"
    }
}
