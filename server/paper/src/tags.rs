//! The structure of a document, for whoever has it read aloud.

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Document,
    Title,
    Heading,
    Paragraph,
    Table,
    Row,
    Head,
    Data,
    Figure,
}

/// One element.
pub(crate) struct Tag {
    pub role: Role,
    pub within: usize,
    /// What a picture shows.
    pub alt: Option<String>,
}

/// All elements; the first is the document.
pub(crate) struct Tags(Vec<Tag>);

/// The document itself.
pub(crate) const ROOT: usize = 0;

impl Tags {
    pub fn new() -> Self {
        Self(vec![Tag { role: Role::Document, within: ROOT, alt: None }])
    }

    /// A new element within another, after what is there.
    pub fn add(&mut self, within: usize, role: Role) -> usize {
        self.0.push(Tag { role, within, alt: None });
        self.0.len() - 1
    }

    /// A picture with what it shows.
    pub fn figure(&mut self, alt: String) -> usize {
        self.0.push(Tag { role: Role::Figure, within: ROOT, alt: Some(alt) });
        self.0.len() - 1
    }

    pub fn iter(&self) -> impl Iterator<Item = (usize, &Tag)> {
        self.0.iter().enumerate()
    }

    /// What each element holds, in order.
    pub fn children(&self) -> Vec<Vec<usize>> {
        let mut children = vec![Vec::new(); self.0.len()];
        for (at, tag) in self.iter().filter(|(at, _)| *at != ROOT) {
            if let Some(of) = children.get_mut(tag.within) {
                of.push(at);
            }
        }
        children
    }
}
