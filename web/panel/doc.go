// Package panel shows exchanges as the developer tools of a browser do, while they
// happen: a Panel takes what was recorded, and its pages list it, mark the header
// lines that decided, and explain what was blocked. It shows the verdicts that are
// recorded and the findings of package explain as they are, and decides nothing.
//
// The pages are ES modules and CSS, embedded and served as they are written. They
// are told of exchanges by server-sent events, and of the rest when somebody asks.
//
// A panel is for the person at this machine. Its address has a random token in it,
// and whatever is asked by another name, without the token or by a page of another
// origin gets nothing. See (*Panel).Handler.
package panel
