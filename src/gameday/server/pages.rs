//! The pages: sections with headings, lists and forms that mean something without a script. What
//! changes in them is filled in by `assets/gameday/sev1.js`.

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

use crate::gameday::limits::LONGEST_NAME;
use crate::gameday::role::SeatRole;

/// The script of all pages.
pub(super) const SCRIPT: &str = include_str!("../../../assets/gameday/sev1.js");
/// Their look.
pub(super) const STYLE: &str = include_str!("../../../assets/gameday/sev1.css");

const PLAY: &str = include_str!("../../../assets/gameday/play.html");
const LEAD: &str = include_str!("../../../assets/gameday/lead.html");
const WALL: &str = include_str!("../../../assets/gameday/wall.html");

/// A text inside of HTML.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            _ => safe.push(letter),
        }
    }
    safe
}

fn page(title: &str, kind: &str, body: &str) -> Response {
    let title = escape(title);
    Html(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/sev1.css\">\n\
         <script src=\"/sev1.js\" defer></script>\n</head>\n<body data-page=\"{kind}\">\n{body}\n</body>\n</html>\n"
    ))
    .into_response()
}

/// The way in.
pub(super) fn front(teams: &[String], code: &str, why: Option<&str>) -> Response {
    let mut body = String::from("<main class=\"front\">\n<h1>SEV1 game day</h1>\n");
    if let Some(why) = why {
        body.push_str(&format!(
            "<p class=\"error\" role=\"alert\">Not yet: {}.</p>\n",
            escape(why)
        ));
    }
    body.push_str(&format!("<form method=\"post\" action=\"/join\">\n\
         <label>Room code <input name=\"code\" value=\"{}\" required maxlength=\"12\" autocomplete=\"off\" autocapitalize=\"characters\"></label>\n\
         <label>Your name <input name=\"name\" required maxlength=\"{LONGEST_NAME}\" autocomplete=\"name\"></label>\n",
        escape(code)
    ));
    if teams.len() > 1 {
        body.push_str("<label>Team <select name=\"team\">\n");
        for (index, team) in teams.iter().enumerate() {
            body.push_str(&format!(
                "<option value=\"{index}\">{}</option>\n",
                escape(team)
            ));
        }
        body.push_str("</select></label>\n");
    }
    body.push_str("<fieldset><legend>What you do (several are fine in a small team)</legend>\n");
    for role in SeatRole::ALL {
        let name = role.name();
        body.push_str(&format!("<label class=\"choice\"><input type=\"checkbox\" name=\"role\" value=\"{name}\"> <b>{name}</b> <span>{}</span></label>\n",
            escape(role.about())
        ));
    }
    body.push_str("</fieldset>\n<button>Join</button>\n</form>\n</main>");
    let mut response = page("Join · SEV1", "front", &body);
    if why.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    response
}

/// The room of a seat.
pub(super) fn play() -> Response {
    page("SEV1", "play", PLAY)
}

/// The facilitator's console.
pub(super) fn lead() -> Response {
    page("Facilitator · SEV1", "lead", LEAD)
}

/// The wall.
pub(super) fn wall() -> Response {
    page("Wall · SEV1", "wall", WALL)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_people_typed_stays_text() {
        assert_eq!(
            super::escape("<script>'\"&"),
            "&lt;script&gt;&#39;&quot;&amp;"
        );
    }
}
