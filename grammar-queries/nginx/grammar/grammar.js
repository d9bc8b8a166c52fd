// Directives: words and strings up to a line end, a semicolon or a block. Written for nginx, and plain enough to read
// Apache, HAProxy, Caddy and VCL files and the templates people make of them without losing its way.
// After a change, write the same into grammar.json (`tree-sitter generate --no-parser` does); `cargo test` makes parser.c from
// that, and says so when the two differ.
module.exports = grammar({
  name: 'directives',
  extras: $ => [/[ \t\f\r]/, $.comment, $.line_continuation],
  externals: $ => [],
  word: $ => $.word,
  rules: {
    source_file: $ => repeat(choice($._item, '}')),
    _item: $ => choice($.section, $.directive, $.block, '\n', ';'),
    // <Location "/x"> and </Location>
    section: $ => seq(choice('<', '</'), field('name', $.word), repeat(field('argument', $._argument)), '>', '\n'),
    directive: $ => prec.right(seq(
      field('name', choice($.word, $.number, $.at_word, $.string, $.variable)),
      repeat(field('argument', $._argument)),
      choice(field('body', $.block), ';', '\n'))),
    block: $ => seq('{', repeat($._item), '}'),
    _argument: $ => choice($.number, $.status_class, $.assign, $.word, $.string, $.variable, $.at_word, $.group, $.punctuation),
    group: $ => seq('(', repeat(choice($._argument, '\n', ';')), ')'),
    assign: $ => seq('=', choice($.number, $.word, $.string, $.variable)),
    number: $ => /[0-9]+/,
    status_class: $ => /[1-5][xX][xX]/,
    variable: $ => /[$%][A-Za-z0-9_{}.:>!\[\]-]+/,
    at_word: $ => /@[A-Za-z0-9_-]+/,
    string: $ => choice(/"([^"\\]|\\[\s\S])*"/, /'([^'\\]|\\[\s\S])*'/, /`[^`]*`/),
    punctuation: $ => token(prec(-2, /[!~^&|*<>=,:?+]+/)),
    word: $ => token(prec(-1, /[A-Za-z0-9_.\/:\\^\[\]*?$+%~!&|,-][^\s;{}()"'`=<>]*|\.[^\s;{}()"'`]*/)),
    comment: $ => token(/#[^\n]*/),
    line_continuation: $ => token(/\\\r?\n/),
  },
});
