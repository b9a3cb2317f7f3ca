//! The report as one file to look at: charts drawn as SVG, nothing fetched from anywhere.

use std::fmt::Write;

use serde_json::Value;

use crate::meter::Second;

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 220.0;
const COLOURS: [&str; 3] = ["#0b6e4f", "#c2410c", "#1d4ed8"];

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
    padding:0 1rem;color:#111;background:#fff}svg{width:100%;height:auto;border:1px solid #ccc}\
    pre{background:#f4f4f4;padding:1rem;overflow:auto}";

/// One line of a chart.
struct Line<'a> {
    name: &'a str,
    of: fn(&Second) -> u64,
}

/// Throughput and latency over the seconds of a run, then all figures as text.
pub(crate) fn page(name: &str, seconds: &[Second], report: &Value) -> String {
    let throughput = [
        Line {
            name: "done",
            of: |second| second.goals,
        },
        Line {
            name: "told to come later",
            of: |second| second.unavailable,
        },
        Line {
            name: "failed",
            of: |second| second.failed,
        },
    ];
    let latency = [
        Line {
            name: "median, ms",
            of: |second| second.p50_us / 1_000,
        },
        Line {
            name: "99th percentile, ms",
            of: |second| second.p99_us / 1_000,
        },
    ];
    let mut figures = report.clone();
    if let Some(figures) = figures.get_mut("figures").and_then(Value::as_object_mut) {
        figures.remove("seconds");
    }
    let text = serde_json::to_string_pretty(&figures).unwrap_or_default();
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Load: {name}</title>\
         <style>{STYLE}</style><h1>Load: {name}</h1><h2>Each second</h2>{}<h2>Latency</h2>{}\
         <h2>Figures</h2><pre>{text}</pre></html>\n",
        chart(seconds, &throughput),
        chart(seconds, &latency),
    )
}

fn chart(seconds: &[Second], lines: &[Line<'_>]) -> String {
    let values = lines.iter().flat_map(|line| seconds.iter().map(line.of));
    let highest = as_f64(values.max().unwrap_or(0).max(1));
    let names: Vec<&str> = lines.iter().map(|line| line.name).collect();
    let mut svg = format!(
        "<svg viewBox=\"-60 -20 {} {}\" role=img aria-label=\"{}\" font-size=12>\
         <text x=-55 y=10>{highest}</text><text x=-55 y={HEIGHT}>0</text>\
         <text x={} y={} text-anchor=end>{} s</text>",
        WIDTH + 80.0,
        HEIGHT + 70.0,
        names.join(", "),
        WIDTH,
        HEIGHT + 18.0,
        seconds.len(),
    );
    let step = WIDTH / as_f64(u64::try_from(seconds.len()).unwrap_or(1).max(2) - 1);
    let mut left = 0.0;
    for (line, colour) in lines.iter().zip(COLOURS) {
        let mut points = String::new();
        let mut x = 0.0;
        for second in seconds {
            let y = HEIGHT - as_f64((line.of)(second)) / highest * HEIGHT;
            // Writing to a String cannot fail.
            let _ = write!(points, "{x:.1},{y:.1} ");
            x += step;
        }
        let _ = write!(
            svg,
            "<polyline fill=none stroke=\"{colour}\" stroke-width=2 points=\"{points}\"/>\
             <text x={left} y={} fill=\"{colour}\">{}</text>",
            HEIGHT + 40.0,
            line.name,
        );
        left += 220.0;
    }
    svg.push_str("</svg>");
    svg
}

#[expect(clippy::cast_precision_loss, reason = "a pixel is coarser")]
fn as_f64(value: u64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chart_has_a_point_for_each_second_and_fetches_nothing() {
        let seconds = [
            Second::default(),
            Second {
                goals: 10,
                ..Second::default()
            },
        ];
        let page = page("hold", &seconds, &serde_json::json!({ "a": "<b>" }));
        assert!(page.contains("points=\"0.0,220.0 900.0,0.0 \""));
        assert!(page.contains("&lt;b>") && !page.contains("http"));
    }
}
