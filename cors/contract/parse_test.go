package contract_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/corsage-go/corsage/cors/contract"
)

const small = `version: 1
base: https://api.example
routes:
  - path: /albums
    rules:
      - allowOrigins: [https://app.example]
`

// Everything that is wrong is reported at once, each with line, column and cure.
func TestProblems(t *testing.T) {
	variables := func(name string) (string, bool) { return "/x", name == "KNOWN" }
	for name, c := range map[string]struct {
		text string
		want []string
	}{
		"right": {small, nil},
		"empty": {"", []string{`cors.yaml: The file is empty. Begin with "version: 1" and "routes:".`}},
		"not YAML": {"version: 1\nroutes: [\n", []string{
			"cors.yaml:3:1: This is not YAML: did not find expected node content. Look at the indentation, quotes and colons just before it.",
		}},
		"a list": {"- 1\n", []string{
			"cors.yaml:1:1: A list of keys with values is expected, and this is a list. Write version: and its value.",
		}},
		"unknown keys": {strings.Replace(small, "allowOrigins", "allowedOrigins", 1) + "rutes: []\nfoo: 1\n", []string{
			"cors.yaml:6:9: routes[0].rules[0]: There is no key \"allowedOrigins\" here. Did you mean allowOrigins?",
			"cors.yaml:6:9: routes[0].rules[0]: The rule names no origins. Write allowOrigins: and a list; \"*\" is every origin.",
			"cors.yaml:7:1: There is no key \"rutes\" here. Did you mean routes?",
			"cors.yaml:8:1: There is no key \"foo\" here. The keys are version, name, base, send, routes.",
		}},
		"twice": {small + "base: https://b.example\n", []string{"cors.yaml:7:1: The key \"base\" is there already. Remove one of them."}},
		"values": {`version: 2
base: https://api.example/v1
routes:
  - path: albums
    lookAlikes: "no"
    rules:
      - allowOrigins: ["*", https://app.example/]
        allowMethods: [put]
        allowHeaders: [Cookie]
        allowCredentials: true
        maxAge: 100000
    refuseOrigins: [https://app.example, "*"]
    errors: [{method: DELETE, status: 200}]
    safeToCall: TRACE
`, []string{
			`cors.yaml:1:1: version: Version 2 is not known. This program reads version 1.`,
			`cors.yaml:2:1: base: "https://api.example/v1" is not an origin such as https://api.example: an origin has no path; leave out what follows the host and the port`,
			`cors.yaml:4:5: routes[0].path: "albums" is no path. Begin it with a slash; the origin is the contract's base.`,
			`cors.yaml:5:17: routes[0].lookAlikes: True or false is expected, and this is the text "no". Write true or false, without quotes.`,
			`cors.yaml:7:24: routes[0].rules[0].allowOrigins[0]: "*": Browsers take "*" literally, or refuse it, when credentials are allowed. List what is allowed one by one, or set allowCredentials to false.`,
			`cors.yaml:7:29: routes[0].rules[0].allowOrigins[1]: "https://app.example/": It is not what may stand here. An origin has no path; leave out what follows the host and the port; did you mean "https://app.example"?`,
			`cors.yaml:8:24: routes[0].rules[0].allowMethods[0]: "put": It is not what may stand here. Browsers send this method in upper case: write PUT.`,
			`cors.yaml:9:24: routes[0].rules[0].allowHeaders[0]: "Cookie": Browsers keep it from scripts, so listing it has no effect. Remove it.`,
			`cors.yaml:11:9: routes[0].rules[0].maxAge.atLeast: 100000 is out of range. Give seconds from 0 to 86400, which is a day.`,
			`cors.yaml:12:21: routes[0].refuseOrigins[0]: "https://app.example" is refused here and allowed by a rule. Remove one of them.`,
			`cors.yaml:12:42: routes[0].refuseOrigins[1]: The route refuses every origin and has rules that allow some. Remove one of them: what no rule allows is refused anyway.`,
			`cors.yaml:13:15: routes[0].errors[0].method: DELETE is not safe to call. List it under safeToCall if it is, or leave it out to use GET.`,
			`cors.yaml:13:31: routes[0].errors[0].status: 200 is not the status of an error. Write one from 400 to 599, or leave it out for any.`,
			`cors.yaml:14:17: routes[0].safeToCall: A list is expected, and this is the text "TRACE". Write [...] around it, or "- " before each element.`,
		}},
		"variables": {strings.Replace(small, "/albums", "/a${KNOWN}/${MISSING}/$$5/$", 1), []string{
			"cors.yaml:4:11: routes[0].path: The variable MISSING has no value. Give it one with --set MISSING=VALUE, or in the environment; a $ by itself is written $$.",
		}},
		"header fields": {strings.Replace(small, "base:", "send: {\"a b\": x, Host: y, Cookie: id=1}\nbase:", 1), []string{
			`cors.yaml:2:8: send.a b: "a b" is no name of a header field. Write Name: value.`,
			"cors.yaml:2:18: send.Host: No page may set Host. Remove it.",
		}},
		"nothing promised": {"version: 1\nroutes: [{path: /}]\n", []string{
			"cors.yaml:2:10: routes[0]: The route has neither rules nor refuseOrigins, so nothing is promised. Say under rules: who may do what.",
		}},
		"merged": {"version: 1\nroutes: [{<<: {}, path: /, refuseOrigins: [null]}]\n", []string{
			"cors.yaml:2:11: routes[0]: Contracts cannot merge mappings with <<. Write the keys out, or name a whole value with an anchor.",
		}},
		"an alias to itself": {"version: 1\nroutes: &r [*r]\n", []string{
			"cors.yaml:2:9: routes[0]: A list of keys with values is expected, and this is a list. Write path: and its value.",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c1, err := contract.Parse("cors.yaml", []byte(c.text), variables)
			var got []string
			for _, p := range contract.Problems(err) {
				got = append(got, p.Error())
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if (c1 == nil) != (err != nil) {
				t.Errorf("the contract is %v and the error %v", c1, err)
			}
		})
	}
}

// However much there is in a file, reading it is bounded.
func TestBounds(t *testing.T) {
	for name, text := range map[string]string{
		"bytes":   strings.Repeat("#", contract.MaxBytes+1),
		"depth":   "version: 1\nroutes: " + strings.Repeat("[", 100) + strings.Repeat("]", 100),
		"routes":  "version: 1\nroutes:\n" + strings.Repeat("  - {path: /, refuseOrigins: [null]}\n", 501),
		"values":  "version: 1\nroutes:\n- path: /\n  safeToCall: [" + strings.Repeat("A,", 60_000) + "A]\n",
		"aliases": "version: 1\nname: &a " + strings.Repeat("y", 8000) + "\nroutes:\n- path: /\n  safeToCall: &l [" + strings.Repeat("*a,", 40_000) + "*a]\n",
		"texts":   "version: 1\nroutes:\n- path: /\n  safeToCall: &l [" + strings.Repeat("${BIG},", 5_000) + "A]\n",
		"wrong":   "version: 1\nroutes: [" + strings.Repeat("{path: a, refuseOrigins: [x]},", 400) + "]\n",
		"rules":   "version: 1\nroutes: [{path: /, rules: [" + strings.Repeat("{allowOrigins: [https://a.example, https://b.example]},", 501) + "]}]",
		"origins": "version: 1\nroutes: [{path: /, refuseOrigins: [" + strings.Repeat("https://a.example,", 1001) + "]}]",
	} {
		_, err := contract.Parse("cors.yaml", []byte(text), func(string) (string, bool) { return strings.Repeat("y", 8000), true })
		if len(contract.Problems(err)) == 0 {
			t.Errorf("%s: accepted", name)
		}
		if len(err.Error()) > 1<<17 {
			t.Errorf("%s: the error has %d bytes", name, len(err.Error()))
		}
	}
}

// Whatever the bytes, reading a contract ends in a contract or in problems that have
// a text; and what is read can be checked.
func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte("version: 1\nroutes: &r [*r]\n"))
	f.Add([]byte("version: 1\nbase: http://[::1]:8080\nsend: {Cookie: a}\nroutes: [{path: '/${X}', refuseOrigins: [null, 'https://*.a.example:*']}]\n"))
	if worked, err := os.ReadFile("testdata/albums.yaml"); err == nil {
		f.Add(worked)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		c, err := contract.Parse("f", text, func(string) (string, bool) { return "x", true })
		if err != nil {
			problems := contract.Problems(err)
			if len(problems) == 0 || slices.ContainsFunc(problems, func(p contract.Problem) bool { return p.Text == "" || p.Reason == "" }) {
				t.Fatalf("problems without a text: %v", err)
			}
			return
		}
		check, err := c.Check("https://api.example")
		if err != nil {
			t.Fatalf("a contract without problems cannot be checked: %v", err)
		}
		for _, p := range check.Probes() {
			if !strings.HasPrefix(p.URL, "https://api.example/") {
				t.Fatalf("%v would be sent elsewhere", p)
			}
		}
	})
}
