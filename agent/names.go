package agent

import "github.com/corsage-go/corsage/agent/xhr"

// What an XMLHttpRequest deals with, under the names of package xhr.
type (
	XHR             = xhr.XHR
	XDomainRequest  = xhr.XDomainRequest
	OpenOptions     = xhr.OpenOptions
	Event           = xhr.Event
	Response        = xhr.Response
	DOMException    = xhr.DOMException
	Body            = xhr.Body
	Text            = xhr.Text
	Bytes           = xhr.Bytes
	Blob            = xhr.Blob
	File            = xhr.File
	FormData        = xhr.FormData
	URLSearchParams = xhr.URLSearchParams
	Param           = xhr.Param
	Document        = xhr.Document
	EventLoop       = xhr.EventLoop
	Clock           = xhr.Clock
)
