; Every pattern names its construct with its last capture; the other captures are its parts.
(call_expression function: [(identifier) @callee (member_expression object: (_) @receiver property: (_) @callee)] arguments: (arguments) @arguments) @call
; `(0, errors.getStatus)(e)`: how compilers call what a module exports
(call_expression function: (parenthesized_expression (sequence_expression (number) (member_expression object: (_) @receiver property: (_) @callee))) arguments: (arguments) @arguments) @call
(new_expression constructor: [(identifier) @callee (member_expression object: (_) @receiver property: (_) @callee)] arguments: (arguments) @arguments) @call
(pair key: (_) @key value: (_) @value) @pair
(variable_declarator name: (_) @target value: (_) @value) @binding
(assignment_expression left: (_) @target right: (_) @value) @binding
(assignment_pattern left: (_) @target right: (_) @value) @binding
[(type_alias_declaration name: (_) @target value: (_) @value) (public_field_definition name: (_) @target value: (_) @value) (enum_assignment name: (_) @target value: (_) @value) (required_parameter pattern: (_) @target value: (_) @value)] @binding
(binary_expression left: (_) @left operator: _ @operator right: (_) @right) @binary
(unary_expression operator: "!" argument: (_) @operand) @negation
(ternary_expression condition: (_) @condition consequence: (_) @consequence alternative: (_) @alternative) @choice
(member_expression object: (_) @receiver property: (_) @name) @member
(subscript_expression object: (_) @receiver index: (_) @index) @lookup
(switch_statement value: (_) @subject) @switch
(switch_case value: (_) @pattern) @arm
[(if_statement condition: (_) @condition consequence: (_) @consequence alternative: (_)? @alternative) (while_statement condition: (_) @condition)] @test
[(function_declaration name: (_) @name parameters: (_) @parameters body: (_) @body) (method_definition name: (_) @name parameters: (_) @parameters body: (_) @body) (function_expression parameters: (_) @parameters body: (_) @body)] @function
[(arrow_function parameters: (_) @parameters body: (_) @body) (arrow_function parameter: (_) @parameters body: (_) @body)] @function
(import_statement (import_clause (identifier) @alias) source: (_) @module) @import
(import_statement (import_clause (namespace_import (identifier) @alias)) source: (_) @module) @import
(import_statement (import_clause (named_imports (import_specifier name: (_) @name !alias))) source: (_) @module) @import
(import_statement (import_clause (named_imports (import_specifier name: (_) @name alias: (_) @alias))) source: (_) @module) @import
(import_statement . source: (_) @module) @import
[(required_parameter pattern: (_) @key type: (type_annotation) @value) (optional_parameter pattern: (_) @key type: (type_annotation) @value)] @pair
[(property_signature name: (_) @key type: (type_annotation) @value) (public_field_definition name: (_) @key type: (type_annotation) @value !value)] @pair
[(required_parameter type: (type_annotation (_) @type)) (optional_parameter type: (type_annotation (_) @type))] @parameter
