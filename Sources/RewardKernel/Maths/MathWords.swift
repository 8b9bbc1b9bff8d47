internal import RewardMemory

/// What the cleaner does at a word of LaTeX or of plain text.
internal enum MathAction: UInt8, BitwiseCopyable {
    /// Writes `byte`.
    case write
    /// Writes `byte` as the function that it is.
    case writeFunction
    case writeGreek
    /// Leaves it out: size, space, style.
    case skip
    /// Leaves the command out and reads what is in its braces as mathematics.
    case unwrap
    /// Takes what is in its braces as text.
    case text
    /// Takes the letter in its braces for a set of numbers.
    case numberSet
    case beginEnvironment
    case endEnvironment
    /// Reads what is in its braces as if it were a command.
    case operatorName
}

/// A known word: its hash, what to do, and whether it needs no backslash.
internal struct MathWord: BitwiseCopyable {
    var key: UInt64
    var action: MathAction
    var byte: UInt8
    var isBare: Bool

    var isFunction: Bool {
        @_noAllocation get {
            switch action {
            case .writeFunction: true
            default: false
            }
        }
    }
}

/// The words that the cleaner knows, by hash: 64 bits of FNV-1a, unequal for all of them.
internal struct MathWords: BitwiseCopyable {
    private let table: FixedTable<MathWord>

    // Allocates: once per worker and configuration.
    init(in storage: OwnedStorage) {
        var words: [MathWord] = []
        // Allocates: while the table is made.
        func add(_ names: String, _ action: MathAction, _ byte: UInt8 = 0, isBare: Bool = false) {
            for name in names.split(separator: " ") {
                words.append(MathWord(key: Self.key(Array(name.utf8)), action: action, byte: byte, isBare: isBare))
            }
        }
        // Allocates: while the table is made.
        func addCode(_ names: String, _ code: UInt8, _ isBare: Bool) {
            add(names, .write, code, isBare: isBare)
        }
        // Allocates: while the table is made.
        func addFunction(_ names: String, _ function: UInt8) {
            add(names, .writeFunction, function, isBare: true)
        }
        Self.addSigns({ add($0, $1, $2, isBare: $3) }, addCode)
        Self.addFunctions(addFunction)
        for (index, name) in Self.greekNames.enumerated() { add(name, .writeGreek, UInt8(index + 1)) }
        for (index, name) in Self.greekCapitals { add(name, .writeGreek, UInt8(index)) }
        add("varepsilon", .writeGreek, 5)
        add("vartheta", .writeGreek, 8)
        add("varphi", .writeGreek, 22)
        words.sort { $0.key < $1.key }
        for (left, right) in zip(words, words.dropFirst()) {
            precondition(left.key != right.key, "the hashes of all words differ")
        }
        table = storage.makeTable(words)
    }

    private static let greekNames = [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu",
        "xi", "omicron", "greekpi", "rho", "finalsigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ]

    /// Places of the capitals: 32 behind their small letters.
    private static let greekCapitals = [
        (35, "Gamma"), (36, "Delta"), (40, "Theta"), (43, "Lambda"), (46, "Xi"), (48, "Pi"), (51, "Sigma"),
        (53, "Upsilon"), (54, "Phi"), (56, "Psi"), (57, "Omega"),
    ]

    // Allocates: once per worker and configuration.
    private static func addSigns(
        _ add: (String, MathAction, UInt8, Bool) -> Void, _ addCode: (String, UInt8, Bool) -> Void
    ) {
        for (names, sign) in [
            ("cdot times ast", "*"), ("div", "/"), ("colon", ":"), ("lt", "<"), ("gt", ">"),
            ("equiv approx doteq", "="),
            ("mid vert lvert rvert", "|"), ("lparen", "("), ("rparen", ")"), ("lbrack", "["), ("rbrack", "]"),
            ("prime", "'"), ("land wedge", ","),
        ] {
            add(names, .write, sign.utf8.first ?? 0, false)
        }
        for (names, code) in [
            ("frac dfrac tfrac cfrac", MathCode.fraction), ("binom dbinom tbinom", MathCode.binomial),
            ("lbrace", MathCode.openSet),
            ("rbrace", MathCode.closeSet), ("lfloor", MathCode.openFloor), ("rfloor", MathCode.closeFloor),
            ("lceil", MathCode.openCeiling),
            ("rceil", MathCode.closeCeiling), ("le leq leqslant", MathCode.lessEqual),
            ("ge geq geqslant", MathCode.greaterEqual),
            ("ne neq", MathCode.notEqual), ("in", MathCode.elementOf), ("cup bigcup", MathCode.union),
            ("cap bigcap", MathCode.intersection),
            ("setminus backslash smallsetminus", MathCode.difference), ("pm", MathCode.plusMinus),
            ("mp", MathCode.minusPlus),
            ("infty", MathCode.infinity), ("emptyset varnothing", MathCode.emptySet),
        ] {
            addCode(names, code, false)
        }
        addCode("sqrt", MathCode.root, true)
        addCode("pi", MathCode.pi, true)
        addCode("infinity inf", MathCode.infinity, true)
        add("and or", .write, UInt8(ascii: ","), true)
        add("percent pct percentage", .write, UInt8(ascii: "%"), true)
        add(
            "left right middle big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr Biggl Biggr displaystyle textstyle"
                + " scriptstyle limits nolimits quad qquad thinspace enspace hfill smallskip medskip bigskip nonumber"
                + " circ degree degrees",
            .skip, 0, false)
        add("text mbox textbf textit textrm textnormal textsf texttt hbox", .text, 0, false)
        add(
            "mathrm mathbf mathit mathsf mathtt mathcal mathfrak boldsymbol bm rm boxed fbox hat vec bar tilde dot"
                + " widehat underline phantom",
            .unwrap, 0, false)
        add("mathbb", .numberSet, 0, false)
        add("begin", .beginEnvironment, 0, false)
        add("end", .endEnvironment, 0, false)
        add("operatorname", .operatorName, 0, false)
    }

    // Allocates: once per worker and configuration.
    private static func addFunctions(_ add: (String, UInt8) -> Void) {
        for (names, function) in [
            ("sin", MathFunction.sine), ("cos", MathFunction.cosine), ("tan", MathFunction.tangent),
            ("cot", MathFunction.cotangent), ("sec", MathFunction.secant),
            ("csc", MathFunction.cosecant), ("arcsin asin", MathFunction.arcSine),
            ("arccos acos", MathFunction.arcCosine), ("arctan atan", MathFunction.arcTangent),
            ("sinh", MathFunction.hyperbolicSine), ("cosh", MathFunction.hyperbolicCosine),
            ("tanh", MathFunction.hyperbolicTangent), ("ln", MathFunction.logarithm),
            ("log", MathFunction.commonLogarithm), ("exp", MathFunction.exponential),
        ] {
            add(names, function)
        }
    }

    // Allocates: once per worker and configuration.
    private static func key(_ name: [UInt8]) -> UInt64 {
        name.reduce(hashStart) { hash($0, with: $1) }
    }

    /// The known word, or nil.
    @_noAllocation
    func find(_ name: ByteView) -> MathWord? {
        var key = Self.hashStart
        var index = 0
        while index < name.count {
            key = Self.hash(key, with: name[index])
            index &+= 1
        }
        var low = 0
        var high = table.count
        while low < high {
            let middle = (low &+ high) / 2
            if table[middle].key < key { low = middle &+ 1 } else { high = middle }
        }
        return low < table.count && table[low].key == key ? table[low] : nil
    }

    static var hashStart: UInt64 { @_noAllocation get { 0xCBF2_9CE4_8422_2325 } }

    /// One step of FNV-1a.
    @_noAllocation @inline(__always)
    static func hash(_ hash: UInt64, with byte: UInt8) -> UInt64 {
        (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
    }
}
