//! The scripts choose as `ticket_core::seating` does, whatever came before.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use ticket_core::seating;

use super::*;

#[derive(Debug, Clone)]
enum Act {
    Hold(Formula),
    /// Row, first place.
    Choose(Formula, u32, u16),
    /// These take one of the holds made so far.
    Release(usize),
    Claim(usize),
    /// Claims, then gives back.
    End(usize),
    /// Claims, gives back, and takes the same seats again if they are free.
    Retake(usize),
}

fn formulas() -> impl Strategy<Value = Formula> {
    prop_oneof![
        Just(Formula::Solo),
        Just(Formula::Duo),
        Just(Formula::Family)
    ]
}

fn acts() -> impl Strategy<Value = Act> {
    let pick = any::<prop::sample::Index>().prop_map(|index| index.index(1000));
    prop_oneof![
        6 => formulas().prop_map(Act::Hold),
        2 => (formulas(), 0..12_u32, 0..12_u16)
            .prop_map(|(formula, row, first)| Act::Choose(formula, row, first)),
        3 => pick.clone().prop_map(Act::Release),
        2 => pick.clone().prop_map(Act::Claim),
        1 => pick.clone().prop_map(Act::End),
        1 => pick.prop_map(Act::Retake),
    ]
}

struct Course {
    hall: Hall,
    model: seating::Inventory,
    /// Holds that are held, and seats that are sold.
    held: Vec<(Wanted, Vec<SeatRef>)>,
    sold: Vec<HeldSeats>,
}

impl Course {
    async fn act(&mut self, act: &Act) -> Result<(), TestCaseError> {
        match act {
            Act::Hold(formula) => self.hold(*formula).await,
            Act::Choose(formula, row, first) => self.choose(*formula, *row, *first).await,
            Act::Release(pick) => self.release(*pick).await,
            Act::Claim(pick) => self.claim(*pick).await.map(|_| ()),
            Act::End(pick) => self.end(*pick).await.map(|_| ()),
            Act::Retake(pick) => self.retake(*pick).await,
        }
    }

    async fn hold(&mut self, formula: Formula) -> Result<(), TestCaseError> {
        let wanted = self.hall.wanted(formula);
        let is = self.hall.hold(&wanted).await.map(|found| found.run.seats());
        let model = self
            .model
            .hold(formula.seats())
            .ok_or("sold_out".to_owned());
        same(&is, &model, "best seats")?;
        self.held.extend(is.ok().map(|seats| (wanted, seats)));
        Ok(())
    }

    async fn choose(
        &mut self,
        formula: Formula,
        row: u32,
        first: u16,
    ) -> Result<(), TestCaseError> {
        let mut wanted = self.hall.wanted(formula);
        wanted.chosen = Some(SeatRef {
            row,
            position: first,
        });
        let seats: Vec<SeatRef> = (first..first + formula.seats())
            .map(|position| SeatRef { row, position })
            .collect();
        let is = self.hall.hold(&wanted).await.map(|found| found.run.seats());
        let model = self.model.take_chosen(&seats, formula);
        match (&is, &model) {
            (Ok(is), Ok(model)) => same(is, model, "chosen seats")?,
            // Of places both taken and missing either may be told.
            (Err(code), Err(_)) => {
                let told = code == "seats_invalid" || code == "seats_taken";
                same(&told, &true, "refusal")?;
            }
            _ => same(&is.is_ok(), &model.is_ok(), "chosen seats")?,
        }
        self.held.extend(is.ok().map(|seats| (wanted, seats)));
        Ok(())
    }

    fn pick(&mut self, pick: usize) -> Option<(Wanted, Vec<SeatRef>)> {
        let at = pick.checked_rem(self.held.len())?;
        Some(self.held.swap_remove(at))
    }

    async fn release(&mut self, pick: usize) -> Result<(), TestCaseError> {
        let Some((wanted, seats)) = self.pick(pick) else {
            return Ok(());
        };
        let key = self.hall.key(&wanted);
        for _ in 0..2 {
            let is = code(inventory::release(&self.hall.app, key).await);
            same(&is, &Ok(()), "released")?;
        }
        self.model.release(&seats).unwrap();
        Ok(())
    }

    async fn claim(&mut self, pick: usize) -> Result<Option<HeldSeats>, TestCaseError> {
        let Some((wanted, seats)) = self.pick(pick) else {
            return Ok(None);
        };
        let held = held(&wanted, &seats);
        for changed in [true, false] {
            let is = code(inventory::claim(&self.hall.app, &held).await);
            same(&is, &Ok(changed), "claimed")?;
        }
        self.sold.push(held.clone());
        Ok(Some(held))
    }

    async fn end(&mut self, pick: usize) -> Result<Option<HeldSeats>, TestCaseError> {
        let Some(held) = self.claim(pick).await? else {
            return Ok(None);
        };
        for freed in [u32::try_from(held.seats.len()).unwrap(), 0] {
            let is = code(inventory::give_back(&self.hall.app, &held).await);
            same(&is, &Ok(freed), "given back")?;
        }
        self.sold.pop();
        self.model.release(&held.seats).unwrap();
        Ok(Some(held))
    }

    async fn retake(&mut self, pick: usize) -> Result<(), TestCaseError> {
        let Some(held) = self.end(pick).await? else {
            return Ok(());
        };
        // Somebody else may have been quicker.
        self.hold(Formula::Duo).await?;
        let is = code(inventory::claim(&self.hall.app, &held).await);
        let free = self.model.take(&held.seats).is_ok();
        same(&is.is_ok(), &free, "taken again")?;
        self.sold.extend(is.ok().map(|_| held));
        Ok(())
    }

    async fn check(&self) -> Result<(), TestCaseError> {
        let [free, held, taken, capacity] = self.hall.counters(0).await;
        same(&(free + held + taken), &capacity, "capacity")?;
        let model = u32::try_from(self.model.free()).unwrap();
        same(&free, &model, "free")?;
        same(&self.hall.disagreements().await, &Vec::new(), "audit")
    }

    /// A load from what is sold makes the same hall, but for the holds.
    async fn reload(&self, lengths: &[u16]) -> Result<(), TestCaseError> {
        self.hall.load(2, &[lengths], &self.sold).await;
        let sold: usize = self.sold.iter().map(|held| held.seats.len()).sum();
        let [free, held, taken, capacity] = self.hall.counters(0).await;
        let sold = u32::try_from(sold).unwrap();
        same(
            &(held, taken, free),
            &(0, sold, capacity - sold),
            "after a load",
        )?;
        same(
            &self.hall.disagreements().await,
            &Vec::new(),
            "audit after a load",
        )
    }
}

fn settings() -> ProptestConfig {
    ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(settings())]
    #[test]
    fn the_scripts_choose_as_the_model_does(
        lengths in vec(prop_oneof![3 => 1..7_u16, 2 => 7..31_u16], 1..12),
        acts in vec(acts(), 1..80),
    ) {
        run(async {
            let mut course = Course {
                hall: Hall::of(&[lengths.as_slice()]).await,
                model: seating::Inventory::new(&lengths),
                held: Vec::new(),
                sold: Vec::new(),
            };
            for act in &acts {
                course.act(act).await?;
                course.check().await?;
            }
            course.reload(&lengths).await
        })?;
    }
}
