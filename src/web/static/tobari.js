// tobari.js - quickens what works without it.
"use strict";
(() => {
	const all = (selector) => Array.from(document.querySelectorAll(selector));

	// One box that picks all rows of the page.
	for (const head of all("input[data-pick-all]"))
		head.addEventListener("change", () => {
			for (const box of all("input[name=pick]"))
				box.checked = head.checked;
		});

	// Choosing a row opens what can be done with the chosen ones.
	const bar = document.getElementById("bulk-bar");
	for (const box of bar ? all("td.pick input, input[data-pick-all]") : [])
		box.addEventListener("change", () => {
			if (box.checked)
				bar.open = true;
		});

	// Fields that depend on another field's answer.
	const judge = () => {
		for (const part of all("[data-when]")) {
			const inputs = all(`[name="${CSS.escape(part.dataset.when)}"]`);
			const values = inputs.filter((i) => (i.type !== "radio" && i.type !== "checkbox") || i.checked).map((i) => i.value);
			part.hidden = inputs.length > 0 && !values.includes(part.dataset.is);
		}
	};
	if (all("[data-when]").length) {
		document.addEventListener("change", judge);
		judge();
	}

	// A form is sent once; leaving a changed one asks first.
	let changed = false;
	for (const form of all("form[data-guard]"))
		form.addEventListener("input", () => { changed = true; });
	for (const form of all("form"))
		form.addEventListener("submit", (event) => {
			if (form.dataset.sent) {
				event.preventDefault();
				return;
			}
			if (form.method === "post")
				form.dataset.sent = "1";
			changed = false;
		});
	window.addEventListener("beforeunload", (event) => {
		if (changed)
			event.preventDefault();
	});
	window.addEventListener("pageshow", (event) => {
		if (event.persisted)
			for (const form of all("form"))
				delete form.dataset.sent;
	});

	// Filters act at once.
	for (const input of all("select[data-now]"))
		input.addEventListener("change", () => input.form.requestSubmit());

	for (const button of all("button[data-print]")) {
		button.hidden = false;
		button.addEventListener("click", () => window.print());
	}

	const summary = document.getElementById("problems");
	if (summary)
		summary.focus();
})();
