import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sprigFunctions } from './sprig.ts';
import { compileTemplate, type TemplateOptions } from './template.ts';

const data = {
  Count: 7,
  Name: 'orders',
  Empty: '',
  List: ['a', 'b', 'c'],
  Nested: { Deep: { Value: 42 }, List: [1, 2] },
  Big: 18446744073709551615n,
  Map: { z: 1, a: 2 },
  ID: () => 'NUID',
  Hello: (who: string) => `hello ${who}`,
  Nothing: null,
};

function render(source: string, options: TemplateOptions = {}): string {
  return compileTemplate(source, options).execute(data);
}

const functions: TemplateOptions['functions'] = {
  Count: () => 3,
  Random: (min: number, max: number) => `${min}-${max}`,
  join: (list: string[], sep: string) => list.join(sep),
  boom: () => {
    throw new Error('it broke');
  },
};

test('what templates give', () => {
  const cases: [string, string][] = [
    ['', ''],
    ['plain { } text', 'plain { } text'],
    ['{{Count}}', '3'],
    ['{{ Count }}/{{.Count}}', '3/7'],
    ['{{Random 5 10}}', '5-10'],
    ['{{.ID}} {{.Hello "you"}}', 'NUID hello you'],
    ['{{.Nested.Deep.Value}} {{.Nested.List}}', '42 [1 2]'],
    ['{{.Big}} {{.Map}}', '18446744073709551615 map[a:2 z:1]'],
    ['{{"a\\tb\\"\\u00e9\\x41"}}{{`raw \\n`}}{{\'a\'}}', 'a\tb"éAraw \\n97'],
    [
      '{{1}} {{-2}} {{0x1F}} {{1_000}} {{1.5}} {{1e3}} {{.5}} {{0b101}} {{017}} {{+3}}',
      '1 -2 31 1000 1.5 1000 0.5 5 15 3',
    ],
    ['{{true}} {{12345678901234567890}}', 'true 12345678901234567890'],
    ['a {{- /* gone */ -}} b', 'ab'],
    ['{{/* a "}}" b */}}x', 'x'],
    ['a  {{- .Name -}}\n b', 'aordersb'],
    ['{{if .Empty}}yes{{else}}no{{end}}', 'no'],
    ['{{if .Empty}}1{{else if eq .Name "orders"}}2{{else}}3{{end}}', '2'],
    ['{{if and .Name (gt .Count 5)}}ok{{end}}', 'ok'],
    ['{{and 1 0 2}}{{or 0 "x" 2}}{{not 0}}', '0xtrue'],
    ['{{or "" boomless}}', ''],
    ['{{range .List}}[{{.}}]{{end}}', '[a][b][c]'],
    ['{{range $i, $v := .List}}{{$i}}={{$v}} {{end}}', '0=a 1=b 2=c '],
    ['{{range $v := .List}}{{$v}}{{end}}', 'abc'],
    ['{{range $k, $v := .Map}}{{$k}}{{$v}}{{end}}', 'a2z1'],
    ['{{range .Empty2}}x{{else}}none{{end}}', 'none'],
    ['{{range 3}}{{.}}{{end}}', '012'],
    ['{{range .List}}{{if eq . "b"}}{{continue}}{{end}}{{.}}{{end}}', 'ac'],
    ['{{range .List}}{{if eq . "b"}}{{break}}{{end}}{{.}}{{end}}', 'a'],
    ['{{with .Nested}}{{.Deep.Value}}{{$.Name}}{{end}}', '42orders'],
    ['{{with .Empty}}x{{else}}{{.Name}}{{end}}', 'orders'],
    ['{{with .Empty}}x{{else with .Name}}{{.}}{{end}}', 'orders'],
    ['{{$x := 1}}{{if true}}{{$x = 2}}{{end}}{{$x}}', '2'],
    ['{{$x := 1}}{{if true}}{{$x := 2}}{{$x}}{{end}}{{$x}}', '21'],
    ['{{$n := .Nested}}{{$n.Deep.Value}}{{(index .Nested.List 0)}}', '421'],
    ['{{with $x := .Name}}{{$x}}{{end}}', 'orders'],
    ['{{.List | len}} {{"abc" | printf "%s-%s" "x"}}', '3 x-abc'],
    ['{{printf "%05d %q" 42 "a"}}', '00042 "a"'],
    ['{{print 1 2 "a" "b" 3}}|{{println 1 "a"}}', '1 2ab3|1 a\n'],
    ['{{len "é"}} {{index .List 1}} {{index .Map "z"}} {{slice "hello" 1 3}}', '2 b 1 el'],
    ['{{index .Nested "Deep" "Value"}}', '42'],
    [
      '{{eq 1 1}}{{eq "a" "b" "a"}}{{ne 1 2}}{{lt 1 2}}{{le 2 2}}{{gt "b" "a"}}{{ge 1 2}}',
      'truetruetruetruetruetruefalse',
    ],
    ['{{eq .Big 18446744073709551615}}', 'true'],
    ['{{.Nothing}}|{{.Missing}}', '<no value>|<no value>'],
    [
      '{{html "<a>"}} {{urlquery "a b&c"}} {{js "<it\'s \\\\ =\\n>"}}',
      "&lt;a&gt; a+b%26c \\u003Cit\\'s \\\\ \\u003D\\u000A\\u003E",
    ],
    ['{{join .List ","}}', 'a,b,c'],
    ['{{if not .Empty}}{{"x"}}{{end}}', 'x'],
    ['{{if (eq (len .List) 3)}}three{{end}}', 'three'],
    ['{"a":{{.Count}},"b":"{{.Name}}"}', '{"a":7,"b":"orders"}'],
    ['{{ .Count\n}}', '7'],
  ];
  const all = { functions: { ...functions, boomless: () => '' } };
  for (const [source, expected] of cases) assert.equal(render(source, all), expected, source);
});

test('subject tokens', () => {
  const options = { tokens: ['orders', 'eu'] };
  assert.equal(render('{{0}}/{{ 1 }}/{{2}}/{{.Name}}', options), 'orders/eu/2/orders');
  assert.equal(compileTemplate('{{0}}', { tokens: ['{{.Name}}'] }).execute(data), '{{.Name}}');
});

test('faults name the line', () => {
  const wrong: [string, RegExp][] = [
    ['a\n{{nope}}', /body:2: function "nope" not defined/],
    ['{{.Name', /not closed/],
    ['{{"a}}', /not closed/],
    ['{{/* a }}', /comment is not closed/],
    ['{{if .A}}x', /\{\{end\}\} is missing/],
    ['x{{end}}', /unexpected \{\{end\}\}/],
    ['{{else}}', /unexpected \{\{else\}\}/],
    ['{{if}}x{{end}}', /value is missing/],
    ['{{}}', /value is missing/],
    ['{{$x}}', /\$x not defined/],
    ['{{if true}}{{$x := 1}}{{end}}{{$x}}', /\$x not defined/],
    ['{{break}}', /outside of/],
    ['{{define "x"}}{{end}}', /not supported/],
    ['{{.A | }}', /missing after/],
    ['{{(.A}}', /\) is missing/],
    ['{{.A)}}', /unexpected "\)"/],
    ['{{1 | 2}}', /piped value/],
    ['{{"\\q"}}', /unknown escape/],
    ['{{#}}', /unexpected "#"/],
    ['{{range $a, $b, $c := .List}}{{end}}', /too many variables/],
    ["{{'ab'}}", /not one character/],
    ['{{18446744073709551616}}', /does not fit 64 bits/],
  ];
  for (const [source, message] of wrong) assert.throws(() => compileTemplate(source), message, source);
  const late: [string, RegExp][] = [
    ['\n\n{{boom}}', /body:3: boom: it broke/],
    ['{{index .List 9}}', /out of range/],
    ['{{.Name.x}}', /has no field x/],
    ['{{lt 1 "a"}}', /cannot order/],
    ['{{eq 1 "a"}}', /different types/],
    ['{{len 5}}', /len of 5/],
    ['{{range .Name}}{{end}}', /cannot range/],
    ['{{.Count 1}}', /cannot be called/],
    ['{{1 2}}', /cannot be called/],
    ['{{nil}}', /nil is not a command/],
    ['{{printf}}', /wrong number of arguments for printf: 0 in place of at least 1/],
    ['{{not}}', /wrong number of arguments for not: 0 in place of 1/],
    ['{{len "a" "b"}}', /wrong number of arguments for len: 2 in place of 1/],
    ['{{range $i, $e := 2}}{{end}}', /has one variable/],
  ];
  for (const [source, message] of late) assert.throws(() => render(source, { functions }), message, source);
  assert.throws(() => render('{{.Foo}}', { missing: 'error' }), /no field Foo/);
  assert.throws(() => render('{{one 1}}', { functions: { one: () => 1 }, exact: true }), /one: 1 in place of 0/);
  assert.throws(() => render('{{.constructor}}', { missing: 'error' }), /no field constructor/);
});

test('a template can be used many times', () => {
  const t = compileTemplate('{{$n := .n}}{{range $i := .n}}{{$i}}{{end}}{{$n}}');
  assert.equal(t.execute({ n: 2 }), '012');
  assert.equal(t.execute({ n: 3 }), '0123');
});

test('generator functions', () => {
  const s = (source: string) => compileTemplate(source, { functions: sprigFunctions() }).execute(data);
  const cases: [string, string][] = [
    ['{{range $c := 3 | seq | split " "}}c{{$c}} {{end}}', 'c1 c2 c3 '],
    ['{{sub (add 10000 (mul (sub "2" 1) 100) "3") 1}}', '10102'],
    ['{{cat "n" 1 ".c" 2 | nospace}}', 'n1.c2'],
    [
      '{{$d := dict "a" 1}}{{$_ := set $d "b" list}}{{$_ := set $d "b" (append (get $d "b") "x")}}{{get $d "b" | join ","}}',
      'x',
    ],
    ['{{get . "Name"}}{{get . "no"}}', 'orders'],
    ['{{.List | join ", "}} {{default "x" .Empty}} {{.Name | default "x"}}', 'a, b, c x orders'],
    ['{{upper "a"}}{{lower "B"}}{{title "ab cd"}}{{trim " x "}}{{trunc 2 "abc"}}{{trunc -2 "abc"}}', 'AbAb Cdxabbc'],
    [
      '{{replace "a" "b" "aXa"}} {{contains "X" "aXa"}} {{hasPrefix "a" "ab"}} {{hasSuffix "a" "ab"}}',
      'bXb true true false',
    ],
    ['{{trimPrefix "a" "ab"}}{{trimSuffix "b" "ab"}}{{trimAll "x" "xax"}}', 'baa'],
    ['{{indent 2 "a\\nb"}}{{nindent 1 "c"}}', '  a\n  b\n c'],
    ['{{quote "a"}} {{squote "b"}} {{b64enc "hi"}} {{b64dec "aGk="}}', '"a" \'b\' aGk= hi'],
    [
      '{{toJson .Nested}} {{ternary "y" "n" true}} {{coalesce "" 0 "z"}} {{empty .Empty}}',
      '{"Deep":{"Value":42},"List":[1,2]} y z true',
    ],
    [
      '{{first .List}}{{last .List}}{{rest .List}}{{reverse .List}}{{has "b" .List}}{{uniq (list 1 1 2)}}',
      'ac[b c][c b a]true[1 2]',
    ],
    [
      '{{div 7 2}} {{mod 7 2}} {{min 3 1}} {{max 3 1}} {{int "5"}} {{until 3}} {{keys .Map}} {{values .Map}}',
      '3 1 1 3 5 [0 1 2] [a z] [2 1]',
    ],
    [
      '{{seq 2 4}}|{{seq 0 2 4}}|{{seq 3 1}}|{{hasKey .Map "a"}}|{{sortAlpha (list "b" "a")}}',
      '2 3 4|0 2 4|3 2 1|true|[a b]',
    ],
  ];
  for (const [source, expected] of cases) assert.equal(s(source), expected, source);
  assert.throws(() => s('{{div 1 0}}'), /division by zero/);
  assert.throws(() => s('{{fail "stop"}}'), /fail: stop/);
  assert.throws(() => s('{{seq 1000000}}'), /100,000/);
  const made = s('{{dict "__proto__" 1 | toJson}}');
  assert.equal(made, '{"__proto__":1}');
});
