//! Typed dense ids and the vectors they index: a `JourneyId` cannot pick a component by accident.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

use serde::{Deserialize, Serialize};

/// An id that is an index into an [`IdVec`].
pub trait DenseId: Copy {
    /// The id of place `index`.
    fn from_index(index: usize) -> Self;
    /// The place of this id.
    fn index(self) -> usize;
}

macro_rules! dense_ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u16);

        impl DenseId for $name {
            fn from_index(index: usize) -> Self {
                Self(u16::try_from(index).unwrap_or(u16::MAX))
            }
            fn index(self) -> usize {
                usize::from(self.0)
            }
        }
    )*};
}

dense_ids! {
    /// A component: service, cache, database, queue, balancer, external API.
    ComponentId,
    /// A dependency: one component's calls to another, with their policies.
    EdgeId,
    /// A kind of customer request from end to end.
    JourneyId,
    /// A group of components that share a fate and a place.
    RegionId,
    /// A named flag that switches parameters.
    FlagId,
    /// A background job that takes capacity from a component.
    JobId,
    /// A person of the team; the first is the player.
    PersonId,
}

/// A vector indexed by one kind of id.
#[derive(Clone, Debug, PartialEq)]
pub struct IdVec<I, T> {
    items: Vec<T>,
    marker: PhantomData<fn(I)>,
}

impl<I, T> Default for IdVec<I, T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            marker: PhantomData,
        }
    }
}

impl<I: DenseId, T> IdVec<I, T> {
    /// Adds an item and returns its id.
    pub fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::from_index(self.items.len() - 1)
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// All ids, in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::from_index)
    }

    /// All items, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.items.iter()
    }

    /// All items, in order, mutable.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.items.iter_mut()
    }

    /// Items with their ids.
    pub fn enumerate(&self) -> impl Iterator<Item = (I, &T)> {
        self.items
            .iter()
            .enumerate()
            .map(|(i, item)| (I::from_index(i), item))
    }

    /// The item, where the id belongs to this vector.
    pub fn get(&self, id: I) -> Option<&T> {
        self.items.get(id.index())
    }
}

impl<I: DenseId, T> FromIterator<T> for IdVec<I, T> {
    fn from_iter<A: IntoIterator<Item = T>>(iter: A) -> Self {
        Self {
            items: iter.into_iter().collect(),
            marker: PhantomData,
        }
    }
}

impl<I: DenseId, T> Index<I> for IdVec<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.items[id.index()]
    }
}

impl<I: DenseId, T> IndexMut<I> for IdVec<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.items[id.index()]
    }
}
