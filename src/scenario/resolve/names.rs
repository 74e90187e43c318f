//! Tables of everything that has a name, in the order of the files.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::id::{ComponentId, DenseId, EdgeId};
use crate::diag::Spanned;
use crate::scenario::decode::Entries;
use crate::scenario::raw;

/// Names of what was in the files and could not be read. To call one of them unknown would be a
/// finding about a finding.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Lost {
    pub(in crate::scenario) names: BTreeSet<String>,
    /// Set where a whole file is missing: then every name may have been in it.
    pub(in crate::scenario) everything: bool,
}

impl Lost {
    pub(super) fn contains(&self, name: &str) -> bool {
        self.everything || self.names.contains(name)
    }
}

/// Things of one kind by name. A later file replaces what an earlier one called the same, at the
/// earlier one's place.
pub(super) struct Table<'a, T> {
    /// What one of them is called: "component".
    pub(super) what: &'static str,
    pub(super) items: Vec<(&'a Spanned<String>, &'a T)>,
    index: BTreeMap<&'a str, usize>,
}

impl<'a, T> Table<'a, T> {
    pub(super) fn new(what: &'static str, files: impl IntoIterator<Item = &'a Entries<T>>) -> Self {
        let mut table = Self {
            what,
            items: Vec::new(),
            index: BTreeMap::new(),
        };
        for (name, item) in files.into_iter().flatten() {
            match table.index.get(name.as_str()) {
                Some(&at) => table.items[at] = (name, item),
                None => {
                    table.index.insert(name, table.items.len());
                    table.items.push((name, item));
                }
            }
        }
        table
    }

    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.items.iter().map(|(name, _)| name.as_str())
    }
}

/// What a component is, without its details.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Service,
    Balancer,
    Cache,
    Database,
    Queue,
    External,
}

impl Sort {
    pub(super) fn of(component: &raw::Component) -> Self {
        match component {
            raw::Component::Service(_) => Self::Service,
            raw::Component::Balancer(_) => Self::Balancer,
            raw::Component::Cache(_) => Self::Cache,
            raw::Component::Database(_) => Self::Database,
            raw::Component::Queue(_) => Self::Queue,
            raw::Component::External(_) => Self::External,
        }
    }

    /// With its article.
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Service => "a service",
            Self::Balancer => "a balancer",
            Self::Cache => "a cache",
            Self::Database => "a database",
            Self::Queue => "a queue",
            Self::External => "an external API",
        }
    }
}

/// The calls a component makes, in the order of the file.
pub(super) fn calls_of(component: &raw::Component) -> &[(Spanned<String>, raw::Call)] {
    match component {
        raw::Component::Service(it) => &it.calls,
        raw::Component::Balancer(it) => &it.calls,
        raw::Component::Cache(it) => &it.calls,
        raw::Component::Database(_) | raw::Component::Queue(_) | raw::Component::External(_) => &[],
    }
}

/// The region a component is in.
pub(super) fn region_of(component: &raw::Component) -> Option<&Spanned<String>> {
    match component {
        raw::Component::Service(it) => it.region.as_ref(),
        raw::Component::Balancer(it) => it.region.as_ref(),
        raw::Component::Cache(it) => it.region.as_ref(),
        raw::Component::Database(it) => it.region.as_ref(),
        raw::Component::Queue(it) => it.region.as_ref(),
        raw::Component::External(it) => it.region.as_ref(),
    }
}

/// The name of what a call goes to.
pub(super) fn callee<'a>(key: &'a Spanned<String>, call: &'a raw::Call) -> &'a Spanned<String> {
    call.to.as_ref().unwrap_or(key)
}

/// Where a dependency comes from.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// The customers of a journey.
    Journey(&'a raw::Journey),
    /// A call of a component (its place in the table) under a key.
    Call(usize, &'a Spanned<String>, &'a raw::Call),
}

/// Everything with a name, and the ids that the names stand for.
pub(super) struct Index<'a> {
    pub(super) regions: Table<'a, raw::Region>,
    pub(super) components: Table<'a, raw::Component>,
    pub(super) journeys: Table<'a, raw::Journey>,
    pub(super) flags: Table<'a, raw::Flag>,
    pub(super) jobs: Table<'a, raw::Job>,
    pub(super) variants: Table<'a, raw::Variant>,
    pub(super) team: Table<'a, raw::Person>,
    /// What can be seen, the worlds' first.
    pub(super) signals: Vec<&'a raw::Signals>,
    /// Places in the table of components, in the order of their ids.
    pub(super) order: Vec<usize>,
    /// Ids by place in the table of components.
    pub(super) ids: Vec<ComponentId>,
    /// All dependencies in the order of their ids: journeys first.
    pub(super) edges: Vec<Origin<'a>>,
    /// The first id of a component's calls, by place in the table of components.
    pub(super) first_edge: Vec<usize>,
}

impl<'a> Index<'a> {
    /// Tables of all files; ids are given by [`Index::number`].
    pub(super) fn new(scenario: Option<&'a raw::Scenario>, worlds: &'a [raw::World]) -> Self {
        macro_rules! table {
            ($what:literal, $field:ident) => {
                Table::new(
                    $what,
                    worlds
                        .iter()
                        .map(|world| &world.$field)
                        .chain(scenario.map(|scenario| &scenario.$field)),
                )
            };
        }
        let own = scenario.and_then(|scenario| scenario.signals.as_ref());
        let variants = scenario.and_then(|scenario| scenario.variants.as_ref());
        Self {
            regions: table!("region", regions),
            components: table!("component", components),
            journeys: table!("journey", journeys),
            flags: table!("flag", flags),
            jobs: table!("job", jobs),
            team: table!("person", team),
            variants: Table::new("variant", variants.map(|given| &given.value)),
            signals: worlds
                .iter()
                .filter_map(|w| w.signals.as_ref())
                .chain(own)
                .collect(),
            order: Vec::new(),
            ids: Vec::new(),
            edges: Vec::new(),
            first_edge: Vec::new(),
        }
    }

    /// Gives ids: components in `order`, dependencies of journeys first, then by caller.
    pub(super) fn number(&mut self, order: Vec<usize>) {
        self.ids = vec![ComponentId(0); order.len()];
        self.first_edge = vec![0; order.len()];
        self.edges = self
            .journeys
            .items
            .iter()
            .map(|(_, it)| Origin::Journey(it))
            .collect();
        for (id, &place) in order.iter().enumerate() {
            self.ids[place] = ComponentId::from_index(id);
            self.first_edge[place] = self.edges.len();
            for (key, call) in calls_of(self.components.items[place].1) {
                self.edges.push(Origin::Call(place, key, call));
            }
        }
        self.order = order;
    }

    /// The component at a place of the table.
    pub(super) fn component(&self, place: usize) -> &'a raw::Component {
        self.components.items[place].1
    }

    /// The name of the component at a place.
    pub(super) fn name(&self, place: usize) -> &'a Spanned<String> {
        self.components.items[place].0
    }

    /// The call of a component under a key.
    pub(super) fn call(&self, place: usize, key: &str) -> Option<EdgeId> {
        let calls = calls_of(self.component(place));
        let at = calls.iter().position(|(name, _)| name.value == key)?;
        Some(EdgeId::from_index(self.first_edge[place] + at))
    }
}
