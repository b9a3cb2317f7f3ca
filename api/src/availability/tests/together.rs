//! Holds that are asked at the same moment share a script call; each has its own answer.

use std::collections::HashSet;

use futures_util::future::join_all;

use ticket_core::limits::MAX_TICKETS_PER_PERSON_AND_EVENT;

use super::*;

#[test]
fn holds_asked_together_are_each_answered_and_share_no_seat() {
    run(async {
        let hall = Hall::of(&[&[10, 10], &[4]]).await;
        let mut wanted: Vec<_> = (0..22).map(|_| hall.wanted(Formula::Solo)).collect();
        wanted[3].category_no = 1;
        wanted[3].formula = Formula::Family;
        let answers = join_all(wanted.iter().map(|wanted| hall.hold(wanted))).await;
        let places: HashSet<_> = answers
            .iter()
            .flatten()
            .flat_map(|found| {
                let category = found.category_no;
                let seats = found.run.seats();
                seats
                    .into_iter()
                    .map(move |seat| (category, seat.row, seat.position))
            })
            .collect();
        assert_eq!(places.len(), 24);
        let refused: Vec<_> = answers.into_iter().filter_map(Result::err).collect();
        assert_eq!(refused, ["sold_out"]);
        assert_eq!(hall.counters(0).await, [0, 20, 0, 20]);
        assert_eq!(hall.counters(1).await, [0, 4, 0, 4]);
        assert_eq!(hall.disagreements().await, Vec::<String>::new());
    });
}

#[test]
fn one_refused_among_many_harms_no_neighbour() {
    run(async {
        let hall = Hall::of(&[&[40]]).await;
        let mut wanted: Vec<_> = (0..8).map(|_| hall.wanted(Formula::Family)).collect();
        // Four times four is more than a person may have.
        let greedy = wanted[0].owner;
        for one in &mut wanted[..4] {
            one.owner = greedy;
        }
        let answers = join_all(wanted.iter().map(|wanted| hall.hold(wanted))).await;
        let max = usize::try_from(MAX_TICKETS_PER_PERSON_AND_EVENT).unwrap() / 4;
        for (asked, answer) in answers.iter().enumerate() {
            let refused = (max..4).contains(&asked);
            assert_eq!(answer.is_err(), refused, "{asked}: {answer:?}");
        }
        // The same requests again are the same holds.
        let again = join_all(wanted.iter().map(|wanted| hall.hold(wanted))).await;
        assert_eq!(again, answers);
        assert_eq!(hall.disagreements().await, Vec::<String>::new());
    });
}

#[test]
fn holds_asked_together_find_the_seats_of_those_that_expired() {
    run(async {
        let hall = Hall::of(&[&[12]]).await;
        let first: Vec<_> = (0..6).map(|_| hall.wanted(Formula::Duo)).collect();
        for answer in join_all(first.iter().map(|wanted| hall.hold(wanted))).await {
            answer.unwrap();
        }
        assert_eq!(
            hall.hold(&hall.wanted(Formula::Duo)).await,
            Err("sold_out".into())
        );
        hall.app.clock.advance_seconds(601);
        let next: Vec<_> = (0..3).map(|_| hall.wanted(Formula::Family)).collect();
        for answer in join_all(next.iter().map(|wanted| hall.hold(wanted))).await {
            answer.unwrap();
        }
        assert_eq!(hall.counters(0).await, [0, 12, 0, 12]);
        assert_eq!(hall.disagreements().await, Vec::<String>::new());
    });
}
