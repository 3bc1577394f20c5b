//! Who may do what: the post in use is the principal, Cedar policies decide, everything else is denied.
//!
//! Lists cannot ask the policy row by row. At start each kind of post is probed with the four possible cases (the
//! thing lies in the post's area or not, is with its organisation or not); the answers are the [`Scope`] that
//! list queries bind. A test compares both on 100,000 random probes.

use std::collections::{HashMap, HashSet};
use std::str::FromStr;
use std::sync::atomic::{AtomicI64, Ordering};

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};

use crate::clock::Millis;
use crate::error::Error;
pub use crate::principal::{Caller, PostInUse, PostKind, Thing};
pub use crate::scope::Scope;

/// The policies of the program, for people to read.
pub const POLICIES: &str = include_str!("policies.cedar");
const SCHEMA: &str = include_str!("policies.cedarschema");

/// The loaded policies with the reach that they give each kind of post.
pub struct Policy {
    policies: PolicySet,
    authorizer: Authorizer,
    types: Types,
    actions: HashMap<String, EntityUid>,
    reaches: HashMap<(PostKind, String), Reach>,
    /// The latest moment that was asked about: a clock that is set back brings no post back to life.
    latest: AtomicI64,
}

struct Types {
    post: EntityTypeName,
    kind: EntityTypeName,
    area: EntityTypeName,
    organisation: EntityTypeName,
    thing: EntityTypeName,
}

/// Which things an action reaches, seen from a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub within_area: bool,
    pub own_organisation: bool,
}

impl Policy {
    /// Parses, validates and probes the policies.
    ///
    /// # Errors
    /// [`Error::Internal`] when they do not parse, contradict the schema, or reach things in a way that a list
    /// query cannot express.
    pub fn load() -> Result<Self, Error> {
        let schema = Schema::from_str(SCHEMA).map_err(Error::internal)?;
        let policies = PolicySet::from_str(POLICIES).map_err(Error::internal)?;
        let verdict = Validator::new(schema.clone()).validate(&policies, ValidationMode::default());
        if !verdict.validation_passed() {
            return Err(Error::internal(verdict));
        }
        let named = |name: &str| EntityTypeName::from_str(name).map_err(Error::internal);
        let types = Types {
            post: named("Post")?,
            kind: named("PostKind")?,
            area: named("Area")?,
            organisation: named("Organisation")?,
            thing: named("Thing")?,
        };
        let actions = schema.actions().map(|uid| (uid.id().unescaped().to_owned(), uid.clone())).collect();
        let mut policy = Self {
            policies,
            authorizer: Authorizer::new(),
            types,
            actions,
            reaches: HashMap::new(),
            latest: AtomicI64::new(0),
        };
        for kind in PostKind::ALL {
            for action in policy.actions.keys().cloned().collect::<Vec<_>>() {
                if let Some(reach) = policy.probe(kind, &action)? {
                    policy.reaches.insert((kind, action), reach);
                }
            }
        }
        Ok(policy)
    }

    /// Asks about the four cases; a list query can be bound by area, by organisation, by both or by neither.
    fn probe(&self, kind: PostKind, action: &str) -> Result<Option<Reach>, Error> {
        const HERE: i64 = 110_101_001;
        const ELSEWHERE: i64 = 110_101_002;
        let post = PostInUse { id: 1, kind, area: HERE, organisation: Some(1), not_after: None };
        let caller = Caller { account: 1, post };
        let ask = |area, organisation| {
            self.allows(&caller, action, &Thing { area, organisation: Some(organisation) }, Millis(0))
        };
        let answers = (ask(HERE, 1)?, ask(HERE, 2)?, ask(ELSEWHERE, 1)?, ask(ELSEWHERE, 2)?);
        let reach = |within_area, own_organisation| Some(Reach { within_area, own_organisation });
        match answers {
            (false, false, false, false) => Ok(None),
            (true, true, true, true) => Ok(reach(false, false)),
            (true, true, false, false) => Ok(reach(true, false)),
            (true, false, true, false) => Ok(reach(false, true)),
            (true, false, false, false) => Ok(reach(true, true)),
            _ => Err(Error::internal(format!(
                "{kind} reaches {action} in a way that no list query can express"
            ))),
        }
    }

    /// Whether the post in use may do this to that, now.
    ///
    /// # Errors
    /// [`Error::Internal`] for an action that the schema does not know.
    pub fn allows(&self, caller: &Caller, action: &str, thing: &Thing, now: Millis) -> Result<bool, Error> {
        let Some(action) = self.actions.get(action) else {
            return Err(Error::internal(format!("no such action: {action}")));
        };
        let principal = self.uid(&self.types.post, caller.post.id.to_string());
        let resource = self.uid(&self.types.thing, "0".to_owned());
        let context = Context::from_pairs([("now".to_owned(), RestrictedExpression::new_long(now.0))]);
        let request = Request::new(
            principal.clone(),
            action.clone(),
            resource.clone(),
            context.map_err(Error::internal)?,
            None,
        );
        let entities = self.entities(caller, thing, principal, resource)?;
        let answer =
            self.authorizer.is_authorized(&request.map_err(Error::internal)?, &self.policies, &entities);
        if let Some(error) = answer.diagnostics().errors().next() {
            return Err(Error::internal(error));
        }
        Ok(answer.decision() == Decision::Allow)
    }

    /// The post with its kind, the thing with the areas above it: a handful of entities, never the whole tree.
    fn entities(
        &self,
        caller: &Caller,
        thing: &Thing,
        principal: EntityUid,
        resource: EntityUid,
    ) -> Result<Entities, Error> {
        let post = &caller.post;
        let kind = self.uid(&self.types.kind, post.kind.to_string());
        let mut attributes =
            HashMap::from([("area".to_owned(), RestrictedExpression::new_entity_uid(self.area(post.area)))]);
        if let Some(organisation) = post.organisation {
            attributes.insert("organisation".to_owned(), self.organisation(organisation));
        }
        if let Some(not_after) = post.not_after {
            attributes.insert("not_after".to_owned(), RestrictedExpression::new_long(not_after.0));
        }
        let of_thing = thing.organisation.map(|id| ("organisation".to_owned(), self.organisation(id)));
        let mut all = vec![
            Entity::new(principal, attributes, HashSet::from([kind])).map_err(Error::internal)?,
            Entity::new(resource, of_thing.into_iter().collect(), HashSet::from([self.area(thing.area)]))
                .map_err(Error::internal)?,
        ];
        let mut code = thing.area;
        while code >= 1_000_000 {
            let parents = HashSet::from([self.area(code / 1000)]);
            all.push(Entity::new_no_attrs(self.area(code), parents));
            code /= 1000;
        }
        Entities::from_entities(all, None).map_err(Error::internal)
    }

    fn uid(&self, of: &EntityTypeName, id: String) -> EntityUid {
        EntityUid::from_type_name_and_id(of.clone(), EntityId::new(id))
    }

    fn area(&self, code: i64) -> EntityUid {
        self.uid(&self.types.area, code.to_string())
    }

    fn organisation(&self, id: i64) -> RestrictedExpression {
        RestrictedExpression::new_entity_uid(self.uid(&self.types.organisation, id.to_string()))
    }

    /// Refuses what the post in use may not do. What the policies allow was asked of them for every kind of post when
    /// they were loaded, and the differential test proves that a scope says the same: a step costs no evaluation.
    ///
    /// # Errors
    /// [`Error::Forbidden`]; [`Error::Internal`] for an action that the schema does not know.
    pub fn require(&self, caller: &Caller, action: &str, thing: &Thing, now: Millis) -> Result<(), Error> {
        if !self.actions.contains_key(action) {
            return Err(Error::internal(format!("no such action: {action}")));
        }
        match self.scope(caller, action, now).covers(thing) {
            true => Ok(()),
            false => Err(Error::forbidden()),
        }
    }

    /// What a list for this post and action may show.
    pub fn scope(&self, caller: &Caller, action: &str, now: Millis) -> Scope {
        let latest = Millis(self.latest.fetch_max(now.0, Ordering::Relaxed)).max(now);
        let ended = caller.post.not_after.is_some_and(|end| latest >= end);
        let reach = self.reaches.get(&(caller.post.kind, action.to_owned())).filter(|_| !ended);
        reach.map_or(Scope::nothing(), |reach| Scope::of(&caller.post, *reach))
    }

    /// What the post in use may do somewhere: pages hide what is not here.
    pub fn rights(&self, caller: &Caller) -> Vec<&str> {
        let mut rights: Vec<&str> = self
            .reaches
            .keys()
            .filter(|(kind, _)| *kind == caller.post.kind)
            .map(|(_, action)| action.as_str())
            .collect();
        rights.sort_unstable();
        rights
    }

    /// Whether any kind of post may do this: flows are checked with it.
    pub fn is_held(&self, right: &str) -> bool {
        PostKind::ALL.into_iter().any(|kind| self.reaches.contains_key(&(kind, right.to_owned())))
    }

    /// Every action that the schema knows.
    pub fn actions(&self) -> impl Iterator<Item = &str> {
        self.actions.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Chance;

    /// Draws numbers from a seed, so that a failure can be repeated.
    struct Draw(Chance);
    impl Draw {
        fn below(&self, n: usize) -> usize {
            u32::from_be_bytes(self.0.bytes().unwrap()) as usize % n
        }
        fn of<T: Copy>(&self, all: &[T]) -> T {
            all[self.below(all.len())]
        }
    }

    #[test]
    fn lists_show_exactly_what_the_policy_allows() {
        let policy = Policy::load().unwrap();
        let draw = Draw(Chance::seeded(7));
        let actions: Vec<&str> = policy.actions().collect();
        let areas = [
            450_204,
            450_204_006,
            450_204_007,
            450_204_006_003,
            450_204_006_004,
            450_204_006_003_012,
            450_204_006_003_013,
            450_204_007_001,
            450_204_007_001_001,
            450_205,
            450_205_001,
        ];
        let organisations = [None, Some(1), Some(2)];
        let ends = [None, Some(Millis(10)), Some(Millis(30))];
        let now = Millis(20);
        let mut allowed = 0;
        for _ in 0..100_000 {
            let (kind, area) = (draw.of(&PostKind::ALL), draw.of(&areas));
            let post = PostInUse {
                id: 5,
                kind,
                area,
                organisation: draw.of(&organisations),
                not_after: draw.of(&ends),
            };
            let caller = Caller { account: 3, post };
            let thing = Thing { area: draw.of(&areas), organisation: draw.of(&organisations) };
            let action = draw.of(&actions);
            let decided = policy.allows(&caller, action, &thing, now).unwrap();
            let listed = policy.scope(&caller, action, now).covers(&thing);
            assert_eq!(decided, listed, "{caller:?} {action} {thing:?}");
            allowed += u32::from(decided);
        }
        assert!((5_000..60_000).contains(&allowed), "the probes must hit both answers: {allowed}");
    }

    #[test]
    fn powers_are_apart() {
        let policy = Policy::load().unwrap();
        let rights = |kind| {
            let post = PostInUse { id: 1, kind, area: 450_204, organisation: None, not_after: None };
            policy.rights(&Caller { account: 1, post }).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let has = |kind, right: &str| rights(kind).iter().any(|held| held == right);
        assert!(!has(PostKind::Admin, "order:read") && !has(PostKind::Admin, "ledger:read"));
        assert!(!has(PostKind::Auditor, "order:read") && has(PostKind::Auditor, "ledger:read"));
        assert!(!has(PostKind::Leader, "order:close"));
        assert!(PostKind::ALL.into_iter().all(|kind| has(kind, "area:read")));
    }

    #[test]
    fn an_unknown_action_is_our_mistake_not_a_refusal() {
        let policy = Policy::load().unwrap();
        let post =
            PostInUse { id: 1, kind: PostKind::Desk, area: 450_204, organisation: None, not_after: None };
        let asked = policy.allows(&Caller { account: 1, post }, "order:burn", &Thing::at(450_204), Millis(0));
        assert!(matches!(asked, Err(Error::Internal(_))));
    }
}
