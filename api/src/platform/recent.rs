//! What was used lately, in bounded memory: two generations, of which the older one is let go as a
//! whole when the younger is full. So nothing is counted per use, and what is asked for again after
//! that is read anew.

use std::collections::HashMap;
use std::hash::Hash;

/// Entries of one generation: as many as 131,072 slots of a hash table hold.
pub const GENERATION_MAX: usize = 114_688;

pub struct Recent<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
    generation_max: usize,
}

impl<K: Eq + Hash, V> Recent<K, V> {
    pub fn new(generation_max: usize) -> Self {
        Self {
            young: HashMap::new(),
            old: HashMap::new(),
            generation_max,
        }
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// The last that is put for a key counts.
    pub fn put(&mut self, key: K, value: V) {
        if self.young.len() >= self.generation_max {
            let next = HashMap::with_capacity(self.generation_max);
            self.old = std::mem::replace(&mut self.young, next);
        }
        self.young.insert(key, value);
    }

    pub fn forget(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }

    /// Looks at everything that is there.
    pub fn forget_those(&mut self, mut are_meant: impl FnMut(&V) -> bool) {
        for generation in [&mut self.young, &mut self.old] {
            generation.retain(|_, value| !are_meant(value));
        }
    }

    pub fn forget_all(&mut self) {
        self.young.clear();
        self.old.clear();
    }
}

impl<K: Eq + Hash, V> Default for Recent<K, V> {
    fn default() -> Self {
        Self::new(GENERATION_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_older_generation_goes_when_the_younger_is_full() {
        let mut recent = Recent::new(2);
        for number in 1..=4 {
            recent.put(number, number * 10);
        }
        assert_eq!(recent.get(&1), Some(&10));
        recent.put(5, 50);
        let known = (1..=5).filter(|number| recent.get(number).is_some());
        assert_eq!(known.collect::<Vec<_>>(), [3, 4, 5]);
    }

    #[test]
    fn what_is_forgotten_does_not_come_back_from_the_older_generation() {
        let mut recent = Recent::new(1);
        recent.put(1, 'a');
        recent.put(2, 'b');
        recent.put(1, 'c');
        assert_eq!(recent.get(&1), Some(&'c'));
        recent.forget(&1);
        assert_eq!(recent.get(&1), None);
        recent.forget_those(|value| *value == 'b');
        assert_eq!(recent.get(&2), None);
        recent.put(3, 'd');
        recent.forget_all();
        assert_eq!(recent.get(&3), None);
    }
}
