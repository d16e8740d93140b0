//! Anymail as the other side of Mailgun and Postmark: it takes the letters that we take, reads the same in them, and refuses what we refuse.

use serde_json::json;

use super::sides::Side;
use super::*;

/// A letter as it comes, with what it is signed with.
struct Brought {
    case: Case,
    headers: BTreeMap<&'static str, String>,
}

impl Brought {
    /// All letters of a service in which somebody wrote something.
    fn all(channel: Channel, at: Timestamp) -> Vec<Self> {
        let cases = cases_of(channel).into_iter();
        let is_letter = |case: &Case| {
            let [message] = case.messages() else {
                return false;
            };
            let text = message["text"].as_str().unwrap_or_default();
            message["reply"].is_string() && !text.is_empty() && !text.starts_with('[')
        };
        let brought = cases.filter(is_letter).map(|case| Self {
            headers: signed(channel, SECRET, "", &case.body, at),
            case,
        });
        brought.collect()
    }

    /// The same from somebody who does not know the secret.
    fn forged(&self, at: Timestamp) -> BTreeMap<&'static str, String> {
        signed(
            self.case.channel,
            "fedcba9876543210",
            "",
            &self.case.body,
            at,
        )
    }

    fn asked(&self, headers: &BTreeMap<&'static str, String>) -> Value {
        let is_form = self.case.channel == Channel::Mailgun;
        let kind = match is_form {
            true => "application/x-www-form-urlencoded",
            false => "application/json",
        };
        json!({"channel": self.case.channel, "content_type": kind, "authorization": headers.get("authorization"),
            "body": STANDARD.encode(whole_body(headers, &self.case.body))})
    }

    /// What we read in it, in the words of the other side.
    fn read(&self) -> (String, String, String) {
        let message = &self.case.messages()[0];
        let reply: Value = serde_json::from_str(message["reply"].as_str().unwrap()).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let said = text(&message["text"]);
        // Behind what was written stands which files came along.
        let written = said.split("\n[").next().unwrap_or_default().to_owned();
        (text(&message["user"]), written, text(&reply["id"]))
    }
}

#[tokio::test]
async fn anymail_reads_the_letters_that_we_take_as_we_do_and_refuses_what_we_refuse() {
    let Some(python) = Side::python("letters.py") else {
        return;
    };
    let app = desk().await;
    let now = app.clock.now();
    let services = [Channel::Mailgun, Channel::Postmark];
    for channel in services {
        let all = Brought::all(channel, now);
        assert!(all.len() > 1, "{channel} brings letters");
        let letters = all.iter().flat_map(|one| {
            let forged = one.forged(now);
            [one.asked(&one.headers), one.asked(&forged)]
        });
        let letters: Vec<Value> = letters.collect();
        let heard = python.ask(&json!({"secret": SECRET, "letters": letters}));
        for (one, heard) in all.iter().zip(heard.as_array().unwrap().chunks(2)) {
            let at = one.case.at();
            let (user, text, id) = one.read();
            let said = |name: &str| heard[0][name].as_str().unwrap_or_default().to_owned();
            assert_eq!(said("from").to_lowercase(), user, "{at}");
            assert_eq!(said("text"), text, "{at}");
            assert_eq!(said("id"), id, "{at}");
            assert_eq!(heard[1], "refused", "{at}");
            let answer = post(&app, channel, &one.forged(now), &one.case.body).await;
            assert_eq!(answer.status(), 401, "{at}");
            let answer = post(&app, channel, &one.headers, &one.case.body).await;
            assert_eq!(answer.status(), 200, "{at}");
        }
    }
}
