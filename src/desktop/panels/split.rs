//! A panel in two parts: what lies below takes the height that it needs, what lies above the rest.

use bevy_egui::egui::{Id, Rect, ScrollArea, Sense, Ui, UiBuilder, pos2};

/// The height of the lower part before it has been drawn for the first time.
const AT_FIRST: f32 = 120.0;

/// Two parts, one above the other.
pub(super) struct Split {
    id: Id,
    above: Rect,
    below: Rect,
}

impl Split {
    /// Takes all the room there is. The lower part gets at most this share of it, and scrolls beyond.
    pub(super) fn of(ui: &mut Ui, name: &str, most_share: f32) -> Self {
        let id = ui.id().with(name);
        let whole = ui.available_rect_before_wrap();
        ui.allocate_rect(whole, Sense::hover());
        let wanted = ui.data_mut(|data| data.get_temp::<f32>(id));
        let height = wanted.unwrap_or(AT_FIRST).min(whole.height() * most_share);
        let border = (whole.bottom() - height).max(whole.top());
        Self {
            id,
            above: Rect::from_min_max(whole.min, pos2(whole.right(), border)),
            below: Rect::from_min_max(pos2(whole.left(), border), whole.max),
        }
    }

    /// The same with a lower part of that very height.
    pub(super) fn with_foot(ui: &mut Ui, height: f32) -> Self {
        let whole = ui.available_rect_before_wrap();
        ui.allocate_rect(whole, Sense::hover());
        let border = (whole.bottom() - height).max(whole.top());
        Self {
            id: ui.id().with("foot"),
            above: Rect::from_min_max(whole.min, pos2(whole.right(), border)),
            below: Rect::from_min_max(pos2(whole.left(), border), whole.max),
        }
    }

    /// Draws a lower part of a fixed height.
    pub(super) fn foot(&self, ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
        ui.scope_builder(UiBuilder::new().max_rect(self.below), add);
    }

    /// Draws the upper part.
    pub(super) fn above(&self, ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
        ui.scope_builder(UiBuilder::new().max_rect(self.above), |ui| {
            ui.set_clip_rect(self.above.expand(2.0).intersect(ui.clip_rect()));
            add(ui);
        });
    }

    /// Draws the lower part, and remembers how high it is.
    pub(super) fn below(&self, ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
        ui.scope_builder(UiBuilder::new().max_rect(self.below), |ui| {
            ui.set_clip_rect(self.below.expand(2.0).intersect(ui.clip_rect()));
            let area = ScrollArea::vertical().id_salt(self.id);
            let shown = area.auto_shrink([false, false]).show(ui, add);
            let height = shown.content_size.y;
            let before = ui.data_mut(|data| data.get_temp::<f32>(self.id));
            if before.is_none_or(|before| (before - height).abs() > 0.5) {
                ui.data_mut(|data| data.insert_temp(self.id, height));
                ui.ctx()
                    .request_discard("a panel's lower part has another height");
            }
        });
    }
}
