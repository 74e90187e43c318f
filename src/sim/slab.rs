//! Storage for groups that come and go every step: freed places are reused, nothing moves.

/// A vector with a free list; ids are places and stay valid until freed.
#[derive(Clone, Debug)]
pub(super) struct Slab<T> {
    items: Vec<T>,
    free: Vec<u32>,
}

/// No group.
pub(super) const NONE: u32 = u32::MAX;

impl<T> Slab<T> {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            items: Vec::with_capacity(capacity),
            free: Vec::with_capacity(capacity),
        }
    }

    pub(super) fn insert(&mut self, item: T) -> u32 {
        if let Some(id) = self.free.pop() {
            self.items[id as usize] = item;
            id
        } else {
            self.items.push(item);
            (self.items.len() - 1) as u32
        }
    }

    pub(super) fn free(&mut self, id: u32) {
        self.free.push(id);
    }

    /// Everything alive, in no meaningful order. Slow; for the invariants.
    pub(super) fn alive(&self) -> impl Iterator<Item = &T> {
        let mut is_free = vec![false; self.items.len()];
        for &id in &self.free {
            is_free[id as usize] = true;
        }
        self.items
            .iter()
            .zip(is_free)
            .filter(|(_, free)| !free)
            .map(|(item, _)| item)
    }

    /// How many groups are alive.
    pub(super) fn len(&self) -> usize {
        self.items.len() - self.free.len()
    }
}

impl<T> std::ops::Index<u32> for Slab<T> {
    type Output = T;
    fn index(&self, id: u32) -> &T {
        &self.items[id as usize]
    }
}

impl<T> std::ops::IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, id: u32) -> &mut T {
        &mut self.items[id as usize]
    }
}
