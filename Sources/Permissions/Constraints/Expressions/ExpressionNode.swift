/// A part of a regular expression, as it was read.
struct ExpressionNode {
    indirect enum Form {
        case empty
        case letter(UInt32)
        case anyLetter
        case letterClass(LetterClass)
        case place(Place)
        case sequence([ExpressionNode])
        case choice([ExpressionNode])
        /// Without `most`, as often as you like.
        case repeated(ExpressionNode, least: Int, most: Int?)
    }

    /// Where in the text, rather than what.
    enum Place {
        case textStart, textEnd, wordEdge, noWordEdge, wordStart, wordEnd
    }

    let form: Form
    /// How many steps its program has. Exact, so that what grows too large is never built.
    let size: Int

    /// - Parameter form: none of those that have parts.
    init(_ form: Form) {
        self.form = form
        if case .empty = form { size = 0 } else { size = 1 }
    }

    private init(_ form: Form, size: Int) {
        self.form = form
        self.size = size
    }

    static func sequence(_ nodes: [ExpressionNode]) -> ExpressionNode {
        nodes.count == 1 ? nodes[0] : ExpressionNode(.sequence(nodes), size: nodes.reduce(0) { $0 + $1.size })
    }

    static func choice(_ nodes: [ExpressionNode]) -> ExpressionNode {
        guard nodes.count > 1 else { return nodes[0] }
        return ExpressionNode(.choice(nodes), size: nodes.reduce(2 * (nodes.count - 1)) { $0 + $1.size })
    }

    static func repeated(_ node: ExpressionNode, least: Int, most: Int?) -> ExpressionNode {
        // Nothing, however often, is nothing, and would be gone through as often.
        guard node.size > 0, most != 0 else { return ExpressionNode(.empty) }
        let size =
            switch (least, most) {
            case (0, nil): node.size + 2
            case (let least, nil): least * node.size + 1
            case (let least, let most?): least * node.size + (most - least) * (node.size + 1)
            }
        return ExpressionNode(.repeated(node, least: least, most: most), size: size)
    }
}
