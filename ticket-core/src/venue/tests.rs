//! Seat plans: counting, labels, bounds, generation.

use super::*;

fn code(text: &str) -> CategoryCode {
    CategoryCode::parse(text).unwrap()
}

fn codes(count: usize) -> Vec<CategoryCode> {
    ["A", "B", "C", "D", "E", "F"]
        .iter()
        .take(count)
        .map(|text| code(text))
        .collect()
}

fn rows(first_label: &str, seats: u16, count: u16) -> Rows {
    Rows {
        first_label: first_label.into(),
        seats,
        first_number: 1,
        count,
    }
}

fn hall() -> SeatPlan {
    SeatPlan {
        categories: vec![CategoryPlan {
            code: code("A"),
            sections: vec![
                Section {
                    name: "Stalls".into(),
                    access: Access::Stairs,
                    kind: SectionKind::Seated(vec![
                        rows("A", 10, 3),
                        Rows {
                            first_number: 101,
                            ..rows("7", 4, 2)
                        },
                    ]),
                },
                Section {
                    name: "Pit".into(),
                    access: Access::Stairs,
                    kind: SectionKind::Standing(250),
                },
            ],
        }],
    }
}

#[test]
fn rows_are_counted_through_seated_and_standing_sections() {
    let hall = hall();
    let category = hall.category(&code("A")).unwrap();
    assert_eq!(category.row_lengths(), [10, 10, 10, 4, 4, 100, 100, 50]);
    assert_eq!(category.capacity(), 288);
    let sum: u32 = category.rows().map(|row| u32::from(row.seats)).sum();
    assert_eq!(sum, hall.capacity());
    assert!(category.rows().map(|row| row.index).eq(0..8));
}

#[test]
fn a_label_names_section_row_and_seat() {
    let hall = hall();
    let label = |row, position| hall.label(&code("A"), SeatRef { row, position });
    let seat = |section: &str, row: Option<&str>, seat| {
        let standing = row.is_none();
        Some(SeatLabel {
            section: section.into(),
            row: row.map(Into::into),
            seat,
            standing,
        })
    };
    assert_eq!(label(2, 9), seat("Stalls", Some("C"), 10));
    assert_eq!(label(4, 0), seat("Stalls", Some("8"), 101));
    assert_eq!(label(6, 0), seat("Pit", None, 101));
    assert_eq!(label(7, 49), seat("Pit", None, 250));
    assert_eq!(label(7, 50), None);
    assert_eq!(label(8, 0), None);
}

#[test]
fn a_plan_is_read_back_from_compact_json() {
    let text = serde_json::to_string(&hall()).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"categories":[{"code":"A","sections":[{"name":"Stalls","seated":["#,
            r#"{"row":"A","seats":10,"count":3},"#,
            r#"{"row":"7","seats":4,"first_number":101,"count":2}]},"#,
            r#"{"name":"Pit","standing":250}]}]}"#
        )
    );
    assert_eq!(serde_json::from_str::<SeatPlan>(&text).unwrap(), hall());
}

#[test]
fn a_generated_plan_has_exactly_the_capacity_and_is_valid() {
    for capacity in [1, 2, 3, 4, 5, 17, 500, 999, 8_000, 77_083, 80_000, 220_000] {
        for count in 1..=6 {
            let plan = SeatPlan::generate(capacity, &codes(count));
            assert_eq!(plan.capacity(), capacity);
            assert_eq!(plan.validate(), Ok(()), "{capacity} {count}");
            assert_eq!(plan, SeatPlan::generate(capacity, &codes(count)));
        }
    }
    let plan = SeatPlan::generate(10_000, &codes(4));
    let shares: Vec<u32> = plan.categories.iter().map(CategoryPlan::capacity).collect();
    assert_eq!(shares, [2_000, 3_000, 3_000, 2_000]);
    let json = serde_json::to_string(&SeatPlan::generate(80_000, &codes(4))).unwrap();
    assert!(json.len() < 8_000, "{}", json.len());
}

#[test]
fn a_plan_that_cannot_be_sold_from_is_refused() {
    let refused = |change: fn(&mut SeatPlan)| {
        let mut plan = hall();
        change(&mut plan);
        plan.validate().unwrap_err()
    };
    assert_eq!(hall().validate(), Ok(()));
    assert_eq!(
        refused(|plan| plan.categories.clear()),
        PlanRefused::CategoryCount
    );
    assert_eq!(
        refused(|plan| plan.categories.push(plan.categories[0].clone())),
        PlanRefused::CategoryTwice
    );
    assert_eq!(
        refused(|plan| plan.categories[0].sections.clear()),
        PlanRefused::SectionCount
    );
    assert_eq!(
        refused(|plan| plan.categories[0].sections[1].name = " ".into()),
        PlanRefused::SectionName
    );
    assert_eq!(
        refused(|plan| plan.categories[0].sections[1].kind = SectionKind::Standing(0)),
        PlanRefused::StandingEmpty
    );
    assert_eq!(
        refused(|plan| plan.categories[0].sections[1].kind = SectionKind::Standing(u32::MAX)),
        PlanRefused::TooManyPlaces
    );
    assert_eq!(
        refused(|plan| {
            let copy = plan.categories[0].sections[1].clone();
            plan.categories[0].sections.push(copy);
        }),
        PlanRefused::LabelTwice
    );
}

#[test]
fn rows_that_cannot_be_sat_in_or_numbered_are_refused() {
    let seated = |runs: Vec<Rows>| SeatPlan {
        categories: vec![CategoryPlan {
            code: code("A"),
            sections: vec![Section {
                name: "S".into(),
                access: Access::Stairs,
                kind: SectionKind::Seated(runs),
            }],
        }],
    };
    for (runs, refusal) in [
        (vec![rows("1", 0, 1)], PlanRefused::RowLength),
        (vec![rows("1", 101, 1)], PlanRefused::RowLength),
        (vec![rows("1", 10, 0)], PlanRefused::RowCount),
        (vec![rows("", 10, 1)], PlanRefused::RowLabel),
        (vec![rows("Y", 10, 3)], PlanRefused::RowLabelsDoNotCount),
        (vec![rows("AA", 10, 2)], PlanRefused::RowLabelsDoNotCount),
        (
            vec![rows("1", 10, 2), rows("2", 10, 1)],
            PlanRefused::LabelTwice,
        ),
    ] {
        assert_eq!(seated(runs).validate(), Err(refusal));
    }
}

#[test]
fn blocks_say_where_their_rows_are_in_the_category() {
    let hall = hall();
    let blocks = hall.blocks();
    let places: Vec<_> = blocks
        .iter()
        .map(|block| (block.index, block.first_row, block.rows))
        .collect();
    assert_eq!(places, [(0, 0, 5), (1, 5, 3)]);
    let rows: Vec<u32> = blocks[1].rows().map(|row| row.index).collect();
    assert_eq!(rows, [5, 6, 7]);
}

#[test]
fn spaces_for_wheelchairs_are_apart_and_in_pairs() {
    let plan = |json: &str| serde_json::from_str::<SeatPlan>(json).unwrap().validate();
    let apart = r#"{"categories": [{"code": "D", "sections": [
        {"name": "P", "access": "wheelchair",
            "seated": [{"row": "1", "seats": 2, "count": 6}]}]}]}"#;
    assert_eq!(plan(apart), Ok(()));
    let long = apart.replace(r#""seats": 2"#, r#""seats": 3"#);
    assert_eq!(plan(&long), Err(PlanRefused::WheelchairsMixed));
    let mixed = apart.replace("]}]}]}", r#"]}, {"name": "Q", "standing": 9}]}]}"#);
    assert_eq!(plan(&mixed), Err(PlanRefused::WheelchairsMixed));
}

#[test]
fn spaces_for_wheelchairs_are_sold_with_their_companions_seats_only() {
    let category = |json: &str| serde_json::from_str::<CategoryPlan>(json).unwrap();
    let spaces = category(
        r#"{"code": "D", "sections": [{"name": "P", "access": "wheelchair",
            "seated": [{"row": "1", "seats": 2, "count": 6}]}]}"#,
    );
    let sold = Formula::ALL.map(|formula| spaces.sells(formula));
    assert_eq!(sold, [false, true, false]);
    let stand = category(r#"{"code": "A", "sections": [{"name": "Q", "standing": 9}]}"#);
    assert!(Formula::ALL.into_iter().all(|formula| stand.sells(formula)));
}
