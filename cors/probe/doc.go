// Package probe says what to ask a server in order to learn how it treats pages of
// other origins, and holds what it has answered.
//
// A Plan is a list of probes, each sent once however many questions it answers. An
// Answer holds the exchanges and the verdict that a page was given. Look-alikes are
// origins that a careless comparison takes for another. Packages contract and
// audit make plans and read the answers; nothing here decides, and nothing sends.
package probe
