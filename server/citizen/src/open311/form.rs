//! What a client sends: the query, a form or a multipart form, read into one list of fields.

use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::{StatusCode, header};
use platform::{Error, Millis, Text, uploads};

use super::format::Refused;

/// The fields of a call in their order, and the files that came with them.
#[derive(Debug, Default)]
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    pub files: Vec<Vec<u8>>,
}

impl Form {
    /// The fields of the query.
    pub fn of_query(request: &Request) -> Result<Self, Refused> {
        let unreadable = || Refused::bad(Text::new("查询参数无法读取", "the query cannot be read"));
        let Query(fields) = Query::try_from_uri(request.uri()).map_err(|_| unreadable())?;
        Ok(Self { fields, files: Vec::new() })
    }

    /// The fields of the query and those of the body.
    pub async fn of_body(request: Request) -> Result<Self, Refused> {
        let mut form = Self::of_query(&request)?;
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        match kind.as_str() {
            "application/x-www-form-urlencoded" => {
                let body: Result<axum::Form<Vec<(String, String)>>, _> =
                    axum::Form::from_request(request, &()).await;
                let axum::Form(fields) = body.map_err(|rejection| match rejection.status() {
                    StatusCode::PAYLOAD_TOO_LARGE => too_large(),
                    _ => Refused::bad(Text::new("表单无法读取", "the form cannot be read")),
                })?;
                form.fields.extend(fields);
            }
            "multipart/form-data" => {
                let unreadable = || Refused::bad(Text::new("表单无法读取", "the form cannot be read"));
                let parts = Multipart::from_request(request, &()).await.map_err(|_| unreadable())?;
                form.read(parts).await?;
            }
            _ => {
                let text = Text::new(
                    "请以 application/x-www-form-urlencoded 或 multipart/form-data 发送",
                    "send application/x-www-form-urlencoded or multipart/form-data",
                );
                return Err(Refused::Said(StatusCode::UNSUPPORTED_MEDIA_TYPE, vec![text]));
            }
        }
        Ok(form)
    }

    async fn read(&mut self, mut parts: Multipart) -> Result<(), Error> {
        while let Some(part) = parts.next_field().await.map_err(uploads::broken_form)? {
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                let bytes = part.bytes().await.map_err(uploads::broken_form)?;
                if !bytes.is_empty() {
                    self.files.push(bytes.to_vec());
                }
            } else {
                self.fields.push((name, part.text().await.map_err(uploads::broken_form)?));
            }
        }
        Ok(())
    }

    /// The last value of a field; an empty one is none.
    pub fn one(&self, name: &str) -> Option<&str> {
        self.all(name).pop()
    }

    /// Every value of a field that is not empty.
    pub fn all(&self, name: &str) -> Vec<&str> {
        let own = self.fields.iter().filter(|(known, _)| known == name);
        own.map(|(_, value)| value.trim()).filter(|value| !value.is_empty()).collect()
    }

    /// The values of a comma-separated list, which may come in several fields.
    pub fn list(&self, name: &str) -> Vec<&str> {
        let parts = self.all(name).into_iter().flat_map(|value| value.split(','));
        parts.map(str::trim).filter(|part| !part.is_empty()).collect()
    }

    /// The values of `attribute[CODE]`, with or without `[]` behind it.
    pub fn attribute(&self, code: &str) -> Vec<&str> {
        let mut values = self.all(&format!("attribute[{code}]"));
        values.extend(self.all(&format!("attribute[{code}][]")));
        values
    }

    /// A moment with its zone. A plus sign that a client forgot to escape arrives as a space.
    pub fn moment(&self, name: &str) -> Result<Option<Millis>, Refused> {
        let Some(written) = self.one(name) else { return Ok(None) };
        let mended = match written.rsplit_once(' ') {
            Some((moment, zone)) if zone.len() == 5 && zone.as_bytes().get(2) == Some(&b':') => {
                format!("{moment}+{zone}")
            }
            _ => written.to_owned(),
        };
        let wrong = || {
            Refused::bad(Text::owned(
                format!("{name} 须为带时区的 ISO 8601 时间，如 2026-11-23T09:00:00+08:00"),
                format!("{name} is an ISO 8601 moment with its zone, such as 2026-11-23T09:00:00+08:00"),
            ))
        };
        mended.parse().map(Some).map_err(|_| wrong())
    }

    /// A decimal number.
    pub fn number(&self, name: &str) -> Result<Option<f64>, Text> {
        let wrong = || Text::owned(format!("{name} 须为数字"), format!("{name} is a number"));
        let number = self.one(name).map(str::parse::<f64>).transpose().map_err(|_| wrong())?;
        if number.is_some_and(|number| !number.is_finite()) { Err(wrong()) } else { Ok(number) }
    }

    /// Everything that was said, for telling a repetition.
    pub fn said(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

fn too_large() -> Refused {
    Refused::Said(StatusCode::PAYLOAD_TOO_LARGE, vec![Text::new("内容过大", "the body is too large")])
}

/// A moment as this room writes it.
pub(crate) fn written(moment: Millis) -> String {
    moment.to_string()
}
