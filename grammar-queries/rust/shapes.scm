; Every pattern names its construct with its last capture; the other captures are its parts.
(call_expression function: [(identifier) @callee (scoped_identifier path: (_) @receiver name: (_) @callee) (field_expression value: (_) @receiver field: (_) @callee) (generic_function function: [(identifier) @callee (scoped_identifier path: (_) @receiver name: (_) @callee) (field_expression value: (_) @receiver field: (_) @callee)])] arguments: (arguments) @arguments) @call
(struct_expression name: [(type_identifier) @callee (scoped_type_identifier path: (_) @receiver name: (_) @callee)] body: (field_initializer_list) @arguments) @call
(field_initializer field: (_) @key value: (_) @value) @pair
(let_declaration pattern: (_) @target value: (_) @value) @binding
(assignment_expression left: (_) @target right: (_) @value) @binding
[(const_item name: (_) @target value: (_) @value) (static_item name: (_) @target value: (_) @value) (enum_variant name: (_) @target value: (_) @value)] @binding
(binary_expression left: (_) @left operator: _ @operator right: (_) @right) @binary
(range_expression . (_) @low . _ @operator . (_) @high) @range
(range_pattern left: (_) @low _ @operator right: (_) @high) @range
(unary_expression "!" . (_) @operand) @negation
(field_expression value: (_) @receiver field: (_) @name) @member
(scoped_identifier path: (_) @receiver name: (_) @name) @member
(index_expression . (_) @receiver (_) @index) @lookup
(match_expression value: (_) @subject) @switch
(match_arm pattern: (_) @pattern value: (_) @value) @arm
(if_expression condition: (_) @condition consequence: (_) @consequence alternative: (_)? @alternative) @test
[(function_item name: (_) @name parameters: (_) @parameters return_type: (_)? @type body: (_) @body) (closure_expression parameters: (_) @parameters body: (_) @body)] @function
(parameter type: (_) @type) @parameter
(use_declaration argument: (_) @tree) @import
