// Package docs holds the documents against the sources: what docs/standard.md
// names must exist, and no link between the files of the project leads nowhere.
package docs
