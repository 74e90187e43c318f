//! Reports of whole incidents: nothing in them that is not in the run, and nothing a reader's machine
//! would have to fetch or run.

use sev1::debrief::analysis::{Options, analyse};
use sev1::files::open;
use sev1::report::{Block, Kind, Source, html, json, markdown, report};
use sev1::score::{Depth, baselines, score};
use sev1::session::play;

/// The same run in every form.
struct Written {
    markdown: String,
    html: String,
    story: String,
    json: serde_json::Value,
    minutes: f64,
}

fn written() -> Written {
    let scenario = open("db-connection-leak", &mut Vec::new());
    let scenario = scenario.unwrap().expect("a built-in scenario");
    let plan = scenario.variants[0].plans.iter();
    let plan = plan.clone().find(|it| it.name == "roll-back-only");
    let record = play(&scenario, 7, Some(0), plan).record();
    let baselines = baselines(&scenario, 7, 0);
    let score = score(&record, &baselines, Depth::Full);
    let options = Options {
        luck_seeds: 3,
        foreseen_seeds: 1,
    };
    let analysis = analyse(&record, &baselines, &options, &|_| true).unwrap();
    let source = Source {
        record: &record,
        baselines: &baselines,
        score: &score,
        analysis: Some(&analysis),
        asides: &[],
    };
    let full = report(&source, Kind::Full);
    assert!(full.blocks.iter().any(|it| matches!(it, Block::Curves(_))));
    assert!(
        full.blocks
            .iter()
            .any(|it| matches!(it, Block::Histogram(_)))
    );
    Written {
        markdown: markdown(&full),
        html: html(&full),
        story: markdown(&report(&source, Kind::Story)),
        json: json(&source),
        minutes: record.impact.customer_minutes,
    }
}

#[test]
fn a_page_is_whole_and_needs_nothing_else() {
    let page = written().html;
    for tag in [
        "table", "tr", "td", "th", "ul", "li", "p", "svg", "figure", "h2", "main", "html",
    ] {
        let opened =
            page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count();
        assert_eq!(opened, page.matches(&format!("</{tag}>")).count(), "{tag}");
    }
    for foreign in ["http", "<script", "<link", "<img", "url(", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert_eq!(
        page.matches("<svg").count(),
        page.matches("<title>").count() - 1
    );
}

#[test]
fn what_somebody_wrote_stays_text() {
    let mut document = report_of("<b>&\"x\"|`*_</b>");
    let page = html(&document);
    assert!(
        page.contains("&lt;b&gt;&amp;&quot;x&quot;|`*_&lt;/b&gt;"),
        "{page}"
    );
    document.title.clear();
    let text = markdown(&document);
    assert!(text.contains(r#"\<b\>&"x"\|\`\*\_\</b\>"#), "{text}");
}

fn report_of(words: &str) -> sev1::report::Document {
    sev1::report::Document {
        title: words.to_owned(),
        blocks: vec![
            Block::Text(words.to_owned()),
            Block::Table(vec!["head"], vec![vec![words.to_owned()]]),
        ],
    }
}

#[test]
fn a_report_says_what_was_recorded_and_the_story_nothing_else() {
    let written = written();
    let minutes = sev1::base::text::thousands(written.minutes);
    for text in [&written.markdown, &written.story, &written.html] {
        assert!(text.contains(&minutes), "{minutes} is not in {text}");
    }
    for heading in [
        "## Summary",
        "## Impact",
        "## Timeline",
        "## Root cause",
        "## What went well",
        "## What did not",
        "## Follow-ups",
        "## Score",
        "## What each decision was worth",
        "## Skill or luck",
        "## When it could have been known",
        "## For the interviewer",
    ] {
        assert!(written.markdown.contains(heading), "{heading}");
    }
    for part in ["### Situation", "### Task", "### Action", "### Result"] {
        assert!(written.story.contains(part), "{part}");
    }
    assert_eq!(written.json["version"], sev1::report::VERSION);
    let lost = written.json["impact"]["customer_minutes"].as_f64().unwrap();
    assert!((lost - written.minutes).abs() < 1e-6);
    assert_eq!(
        written.json["analysis"]["luck"]["minutes"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
}
