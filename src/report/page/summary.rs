//! The scenario's summary: Markdown without pictures and HTML.

use maud::{Markup, PreEscaped};
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use crate::text::printable;

/// The text with its paragraphs, lists, emphasis, code and links to the web; HTML in it is shown as it is written.
pub fn summary(text: &str) -> Markup {
    let text = printable(text);
    let mut dropped = 0;
    let events = Parser::new_ext(&text, Options::empty()).filter_map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        // The page has headings of its own.
        Event::Start(Tag::Heading { .. }) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::Heading(_)) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link { ref dest_url, .. }) if !is_of_the_web(dest_url) => {
            dropped += 1;
            None
        }
        Event::End(TagEnd::Link) if dropped > 0 => {
            dropped -= 1;
            None
        }
        event => Some(event),
    });
    let mut shown = String::new();
    html::push_html(&mut shown, events);
    PreEscaped(shown)
}

fn is_of_the_web(address: &CowStr<'_>) -> bool {
    let address = address.to_ascii_lowercase();
    address.starts_with("https://") || address.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_is_set_and_html_shown() {
        let shown = |text| summary(text).into_string();
        assert_eq!(
            shown("A *b* **c** `d`.\n\n- e\n- f"),
            "<p>A <em>b</em> <strong>c</strong> <code>d</code>.</p>\n<ul>\n<li>e</li>\n<li>f</li>\n</ul>\n"
        );
        for hostile in ["<script>alert(1)</script>", "a <img src=x onerror=y> b", "<div>\n\nx\n</div>"] {
            let html = shown(hostile);
            assert!(
                html.contains("&lt;") && !html.contains("<script") && !html.contains("<img") && !html.contains("<div"),
                "{html}"
            );
        }
    }

    #[test]
    fn links_lead_to_the_web_alone() {
        let shown = |text| summary(text).into_string();
        assert_eq!(shown("[a](https://b.example)"), "<p><a href=\"https://b.example\">a</a></p>\n");
        assert_eq!(shown("[a](javascript:b) and ![c](https://d.example/e.png)"), "<p>a and c</p>\n");
        assert_eq!(shown("<javascript:alert>"), "<p>javascript:alert</p>\n");
    }
}
