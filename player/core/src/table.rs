//! A map for the few: pairs in one list, in the order of their keys.
//!
//! Owns nothing but that. Never meant for thousands: everything in the player is counted in dozens, and there a list is
//! as quick as a tree. The surprise is why not a tree: each `BTreeMap` of another kind adds some 10 kB to what a viewer
//! downloads before the first picture, and each sort of the standard library some 5 kB.

/// Values by key, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Table<K, V>(Vec<(K, V)>);

impl<K, V> Default for Table<K, V> {
    fn default() -> Table<K, V> {
        Table(Vec::new())
    }
}

impl<K: Ord, V> Table<K, V> {
    /// Where a key is, or where it would be.
    fn place(&self, key: &K) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.cmp(key))
    }

    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let place = self.place(key).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    pub(crate) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.place(key).ok()?;
        self.0.get_mut(place).map(|(_, value)| value)
    }

    pub(crate) fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// Sets a value; the old one is gone.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(place) => {
                if let Some((_, old)) = self.0.get_mut(place) {
                    *old = value;
                }
            }
            Err(place) => self.0.insert(place, (key, value)),
        }
    }

    pub(crate) fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.place(key).ok()?;
        Some(self.0.remove(place).1)
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &V> {
        self.0.iter().map(|(_, value)| value)
    }

    pub(crate) fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.0.iter().map(|(key, value)| (key, value))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&K, &mut V)> {
        self.0.iter_mut().map(|(key, value)| (&*key, value))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Keeps the values for which this is true.
    pub(crate) fn retain(&mut self, mut keep: impl FnMut(&V) -> bool) {
        self.0.retain(|(_, value)| keep(value));
    }
}

impl<K, V> IntoIterator for Table<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<K: Ord, V> FromIterator<(K, V)> for Table<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Table<K, V> {
        let mut table = Table::default();
        pairs.into_iter().for_each(|(key, value)| table.insert(key, value));
        table
    }
}

/// Puts a few things in order; equals keep theirs.
pub(crate) fn sort_few<T, K: Ord>(things: &mut [T], key: impl Fn(&T) -> K) {
    for end in 1..things.len() {
        let mut place = end;
        while let Some(before) = place.checked_sub(1) {
            let is_in_order = match (things.get(before), things.get(place)) {
                (Some(one), Some(other)) => key(one) <= key(other),
                _ => true,
            };
            if is_in_order {
                break;
            }
            things.swap(before, place);
            place = before;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_answers_as_a_tree_does() {
        let mut dice = crate::dice::Dice::new(3);
        let (mut table, mut tree) = (Table::default(), std::collections::BTreeMap::new());
        for round in 0..2000 {
            let key = dice.roll(40);
            if dice.roll(3) == 0 {
                assert_eq!(table.remove(&key), tree.remove(&key));
            } else {
                table.insert(key, round);
                tree.insert(key, round);
            }
            assert_eq!((table.get(&key), table.len()), (tree.get(&key), tree.len()));
            assert!(table.iter().eq(tree.iter()), "{table:?}");
        }
        table.retain(|round| round % 2 == 0);
        tree.retain(|_, round| *round % 2 == 0);
        assert!(table.keys().eq(tree.keys()) && table.values().eq(tree.values()));
    }

    #[test]
    fn sorting_a_few_keeps_the_order_of_equals() {
        let mut things = [(2, 'a'), (1, 'b'), (2, 'c'), (0, 'd'), (1, 'e')];
        sort_few(&mut things, |(key, _)| *key);
        assert_eq!(things, [(0, 'd'), (1, 'b'), (1, 'e'), (2, 'a'), (2, 'c')]);
        sort_few(&mut [] as &mut [u8], |key| *key);
    }
}
