//! The form of the basket as it was sent: the holds that its reader saw, each with its names.

use ticket_core::ids::{HoldId, OrderId};

use crate::orders::Holder;
use crate::platform::error::Error;

/// What was typed.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) csrf: String,
    pub(super) order: OrderId,
    holds: Vec<(HoldId, Vec<Name>)>,
    pub(super) accept_terms: bool,
    /// The hold that is to be given back.
    pub(super) remove: Option<HoldId>,
}

/// A first and a last name, as typed.
pub(super) type Name = (String, String);

impl Typed {
    /// A hold comes before its names, and a first name before its last name.
    ///
    /// # Errors
    /// `invalid` when an id is none.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self, Error> {
        let of = |wanted: &str| {
            let mut named = pairs.iter().filter(|(name, _)| name == wanted);
            named.next().map(|(_, value)| value.as_str())
        };
        let bad = |field| Error::invalid(field, "not an id");
        let mut holds: Vec<(HoldId, Vec<Name>)> = Vec::new();
        for (name, value) in pairs {
            let names = holds.last_mut().map(|(_, names)| names);
            match (name.as_str(), names) {
                ("hold_id", _) => {
                    let id = value.parse().map_err(|_| bad("hold_id"))?;
                    holds.push((id, Vec::new()));
                }
                ("first_name", Some(names)) => names.push((value.clone(), String::new())),
                ("last_name", Some(names)) => {
                    if let Some((_, last_name)) = names.last_mut() {
                        last_name.clone_from(value);
                    }
                }
                _ => {}
            }
        }
        let order = of("order_id").unwrap_or_default().parse();
        let remove = of("remove").map(str::parse).transpose();
        Ok(Self {
            csrf: of("csrf").unwrap_or_default().to_owned(),
            order: order.map_err(|_| bad("order_id"))?,
            holds,
            accept_terms: of("accept_terms") == Some("yes"),
            remove: remove.map_err(|_| bad("remove"))?,
        })
    }

    pub(super) fn hold_ids(&self) -> Vec<HoldId> {
        self.holds.iter().map(|(hold, _)| *hold).collect()
    }

    /// In the order of the holds and of their seats.
    pub(super) fn holders(&self) -> Vec<Holder> {
        let names = self.holds.iter().flat_map(|(_, names)| names);
        names
            .map(|(first_name, last_name)| Holder {
                first_name: first_name.clone(),
                last_name: last_name.clone(),
            })
            .collect()
    }

    /// What was typed for the seats of a hold; `None` when its reader had not seen it.
    pub(super) fn names_of(&self, hold: HoldId) -> Option<&[Name]> {
        let mut holds = self.holds.iter();
        let (_, names) = holds.find(|(id, _)| *id == hold)?;
        Some(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "0190f0c2-7d4e-7000-8000-000000000001";
    const TWO: &str = "0190f0c2-7d4e-7000-8000-000000000002";

    fn read(pairs: &[(&str, &str)]) -> Result<Typed, Error> {
        let owned = pairs.iter().map(|(a, b)| ((*a).into(), (*b).into()));
        Typed::read(&owned.collect::<Vec<_>>())
    }

    #[test]
    fn names_keep_the_order_of_the_holds_and_their_seats() {
        let typed = read(&[
            ("csrf", "t"),
            ("order_id", ONE),
            ("hold_id", TWO),
            ("first_name", "Amina"),
            ("last_name", "Belkacem"),
            ("hold_id", ONE),
            ("first_name", "Jean"),
            ("last_name", "Lefèvre"),
            ("first_name", "Zoé"),
            ("last_name", ""),
        ])
        .unwrap();
        assert!(!typed.accept_terms);
        let first: Vec<_> = typed
            .holders()
            .into_iter()
            .map(|it| it.first_name)
            .collect();
        assert_eq!(first, ["Amina", "Jean", "Zoé"]);
        let last = typed.names_of(ONE.parse().unwrap()).unwrap();
        assert_eq!(last[1], ("Zoé".to_owned(), String::new()));
        assert_eq!(typed.hold_ids().len(), 2);
    }

    #[test]
    fn names_of_no_hold_and_ids_that_are_none_are_not_taken() {
        let typed = read(&[("order_id", ONE), ("first_name", "a"), ("last_name", "b")]);
        assert!(typed.unwrap().holders().is_empty());
        assert!(read(&[]).is_err());
        assert!(read(&[("order_id", ONE), ("hold_id", "x")]).is_err());
        assert!(read(&[("order_id", ONE), ("remove", "x")]).is_err());
    }
}
