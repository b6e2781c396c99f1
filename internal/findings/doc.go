// Package findings writes down what a check or an audit has found: as text for people,
// as JSON, as JUnit for what shows tests, as SARIF for what shows findings in code,
// and as annotations of GitHub Actions. The words are those of the findings.
package findings
