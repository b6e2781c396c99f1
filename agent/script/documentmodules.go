package script

// The modules of documents are added when the program starts, and not where
// modules is declared: their ops open realms, which load modules.
func init() { modules = append(modules, documentModules()...) }

// documentModules are the files of the prelude about documents, windows and workers.
func documentModules() []module {
	return []module{
		{name: "node", interfaces: "Node", in: window},
		{
			name: "chardata", in: window,
			interfaces: "CharacterData Text CDATASection Comment ProcessingInstruction DocumentFragment DocumentType",
		},
		{name: "attributes", interfaces: "Attr NamedNodeMap", in: window},
		{
			name: "collections", in: window,
			interfaces: "NodeList RadioNodeList HTMLCollection HTMLAllCollection HTMLOptionsCollection HTMLFormControlsCollection",
		},
		{name: "tokens", interfaces: "DOMTokenList", in: window},
		{name: "selectors"},
		{name: "handlers"},
		{name: "element", interfaces: "Element", in: window},
		{
			name: "document", ops: (*Realm).documentOps, in: window,
			interfaces: "Document HTMLDocument XMLDocument DOMImplementation",
		},
		{name: "serializer", interfaces: "XMLSerializer", in: window},
		{name: "parser", ops: (*Realm).parserOps, interfaces: "DOMParser", in: window},
		{name: "style", interfaces: "CSSStyleDeclaration", in: window},
		{
			name: "html", ops: (*Realm).documentOps, in: window,
			interfaces: "HTMLElement HTMLUnknownElement HTMLTemplateElement HTMLTitleElement DOMStringMap SVGElement " +
				"HTMLAreaElement HTMLBRElement HTMLBaseElement HTMLBodyElement HTMLDListElement HTMLDataElement " +
				"HTMLDetailsElement HTMLDivElement HTMLHRElement HTMLHeadElement HTMLHeadingElement HTMLHtmlElement " +
				"HTMLLIElement HTMLMapElement HTMLMetaElement HTMLMeterElement HTMLModElement HTMLOListElement " +
				"HTMLParagraphElement HTMLPreElement HTMLProgressElement HTMLQuoteElement HTMLSourceElement " +
				"HTMLSpanElement HTMLTableCaptionElement HTMLTableCellElement HTMLTableColElement HTMLTableElement " +
				"HTMLTableRowElement HTMLTableSectionElement HTMLTimeElement HTMLTrackElement HTMLUListElement",
		},
		{
			name: "forms", ops: (*Realm).documentOps, in: window,
			interfaces: "HTMLFormElement HTMLInputElement HTMLButtonElement HTMLTextAreaElement HTMLSelectElement HTMLOptionElement " +
				"HTMLOptGroupElement HTMLLabelElement HTMLFieldSetElement HTMLLegendElement HTMLOutputElement HTMLDataListElement Option",
		},
		{
			name: "files", ops: (*Realm).fileOps, in: window,
			interfaces: "DataTransfer DataTransferItemList DataTransferItem",
		},
		{name: "scripts", ops: (*Realm).scriptOps, interfaces: "HTMLScriptElement", in: window},
		{
			name: "links", ops: (*Realm).linkOps, in: window,
			interfaces: "HTMLAnchorElement HTMLLinkElement HTMLStyleElement HTMLImageElement HTMLMediaElement " +
				"HTMLAudioElement HTMLVideoElement HTMLEmbedElement HTMLObjectElement HTMLCanvasElement Image",
		},
		{
			name: "uievents", in: window,
			interfaces: "UIEvent MouseEvent KeyboardEvent FocusEvent InputEvent DragEvent PageTransitionEvent HashChangeEvent " +
				"PopStateEvent BeforeUnloadEvent SubmitEvent FormDataEvent StorageEvent",
		},
		{
			name: "window", ops: (*Realm).windowOps, in: window, interfaces: "History",
			functions: "alert confirm prompt postMessage open close stop focus blur print scroll scrollTo scrollBy getSelection " +
				"getComputedStyle matchMedia requestAnimationFrame cancelAnimationFrame",
			attributes: "frameElement closed history customElements",
			replaceable: "frames parent length innerWidth innerHeight outerWidth outerHeight devicePixelRatio " +
				"screenX screenY scrollX scrollY pageXOffset pageYOffset screenLeft screenTop screen",
		},
		{name: "fonts", ops: (*Realm).fontOps, interfaces: "FontFace FontFaceSet FontFaceSetLoadEvent", in: window},
		{name: "workers", ops: (*Realm).workerOps, interfaces: "Worker"},
		{name: "workers", ops: (*Realm).workerOps, interfaces: "SharedWorker", in: window},
		{name: "workerscope", ops: (*Realm).workerScopeOps, in: worker, functions: "importScripts close", replaceable: "name"},
		{name: "workerscope", ops: (*Realm).workerScopeOps, in: worker, functions: "postMessage", when: isDedicated},
		{name: "post", ops: (*Realm).postOps},
		{name: "frames", ops: (*Realm).frameOps, interfaces: "HTMLIFrameElement", in: window},
	}
}

// isDedicated reports whether a worker has one port, to whoever started it.
func isDedicated(r *Realm) bool { return !r.shared }

func isShared(r *Realm) bool { return r.shared }
