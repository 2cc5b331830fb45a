use serde::Deserialize;

use super::conversation::ConversationNumber;

/// The number of a message in the simulator.
pub type MessageNumber = u32;

/// A message as one user of the talk sees it: the resource `message`.
pub struct Message {
    pub conversation: ConversationNumber,
    pub direction: MessageDirection,
    pub body: MessageBody,
    /// The time at which it was sent (milliseconds since 1970 UTC).
    pub sent_at: i64,
    pub status: MessageStatus,
}

/// The direction of a message, and who is on the other side.
pub enum MessageDirection {
    /// The index in the roster of the participant who sent it, and the sender's message, if the sender is a
    /// user.
    Incoming { from: usize, original: Option<MessageNumber> },
    /// The `operationId`, which may be empty, the copies that have not been delivered yet, and the indices in
    /// the roster of those whom it did not reach.
    Outgoing { operation: String, undelivered: Vec<MessageNumber>, failed: Vec<usize> },
}

/// The status of a message (`Status` of the reference).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageStatus {
    Pending,
    Succeeded,
    Failed,
}

impl MessageStatus {
    /// Returns the name of the status.
    pub fn name(self) -> &'static str {
        match self {
            Self::Pending => "Pending",
            Self::Succeeded => "Succeeded",
            Self::Failed => "Failed",
        }
    }
}

/// The text of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageBody {
    /// The text, or the HTML.
    pub text: String,
    /// The format.
    pub format: MessageFormat,
}

/// A format of messages (`MessageFormat` of the reference).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MessageFormat {
    /// `text/plain`.
    #[default]
    Plain,
    /// `text/html`.
    Html,
}

impl MessageBody {
    /// Creates a message in plain text.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self { text: text.into(), format: MessageFormat::Plain }
    }

    /// Returns whether the message is HTML.
    pub(in crate::sim::ucwa) fn is_html(&self) -> bool {
        self.format == MessageFormat::Html
    }

    /// Returns the message of a `data:` URI with the media type `text/plain` or `text/html`.
    ///
    /// A `+` stands for a space in text that is not base64, as in forms.
    #[must_use]
    pub fn from_data_uri(uri: &str) -> Option<Self> {
        let is_base64 = uri.split(',').next().is_some_and(|head| head.ends_with(";base64"));
        let uri = if is_base64 { uri.to_owned() } else { uri.replace('+', "%20") };
        let parsed = data_url::DataUrl::process(&uri).ok()?;
        let media_type = parsed.mime_type();
        let format = match (media_type.type_.as_str(), media_type.subtype.as_str()) {
            ("text", "plain") => MessageFormat::Plain,
            ("text", "html") => MessageFormat::Html,
            _ => return None,
        };
        let (bytes, _) = parsed.decode_to_vec().ok()?;
        Some(Self { text: String::from_utf8(bytes).ok()?, format })
    }

    /// Returns the `data:` URI of the message, as the servers write it.
    #[must_use]
    pub fn data_uri(&self) -> String {
        let text: String = url::form_urlencoded::byte_serialize(self.text.as_bytes()).collect();
        match self.format {
            MessageFormat::Plain => format!("data:text/plain;charset=utf-8,{text}"),
            MessageFormat::Html => format!("data:text/html;charset=utf-8,{text}"),
        }
    }

    /// Returns the message without markup.
    #[must_use]
    pub fn to_plain(&self) -> Self {
        match self.format {
            MessageFormat::Plain => self.clone(),
            MessageFormat::Html => Self::plain(&text_of_html(&self.text)),
        }
    }
}

/// Returns the text of an HTML fragment, with a line break for each `<br>` and each end of a block.
fn text_of_html(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, tag_onwards)) = rest.split_once('<') {
        text.push_str(before);
        let Some((tag, after)) = tag_onwards.split_once('>') else {
            rest = "";
            break;
        };
        let name = tag.trim_end_matches('/').split_whitespace().next().unwrap_or_default();
        if ["br", "/p", "/div", "/li"].iter().any(|block| name.eq_ignore_ascii_case(block)) {
            text.push('\n');
        }
        rest = after;
    }
    text.push_str(rest);
    let text = text.trim_end();
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}
