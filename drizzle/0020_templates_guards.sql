-- What a campaign was made of stays what it was.
CREATE TRIGGER template_versions_never_changed BEFORE UPDATE ON template_versions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
