-- A decision to refer is one: about one person, by one hand, before anybody was told. A redirect follows the answer that made it:
-- same person, same decision, to the service that the answer names, one more than before.
CREATE FUNCTION pathways_referral_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.redirected_from_id IS NOT NULL THEN
        PERFORM 1 FROM pathways_servicerequest r JOIN pathways_servicerequestanswer a ON a.request_id = r.id
        WHERE r.id = NEW.redirected_from_id AND a.decision = 'redirect' AND a.to_service = NEW.service
          AND (r.patient_id, r.requisition, r.urgency) = (NEW.patient_id, NEW.requisition, NEW.urgency)
          AND NEW.redirects = r.redirects + 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'a redirect follows the answer that made it' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF EXISTS (SELECT 1 FROM pathways_servicerequest r WHERE r.requisition = NEW.requisition
                  AND (r.patient_id, r.written_by) IS DISTINCT FROM (NEW.patient_id, NEW.written_by))
       OR EXISTS (SELECT 1 FROM pathways_patientreply p WHERE p.requisition = NEW.requisition) THEN
        RAISE EXCEPTION 'one decision to refer is about one person, by one hand, before the reply' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_referral_follows BEFORE INSERT ON pathways_servicerequest
FOR EACH ROW EXECUTE FUNCTION pathways_referral_follows();

-- Nobody is passed on to the service that passes them on, nor a third time.
CREATE FUNCTION pathways_answer_fits() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.decision = 'redirect' AND EXISTS (
        SELECT 1 FROM pathways_servicerequest r
        WHERE r.id = NEW.request_id AND (r.service = NEW.to_service OR r.redirects >= 2)) THEN
        RAISE EXCEPTION 'a referral is passed on twice at most, and to another service' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER an_answer_fits BEFORE INSERT ON pathways_servicerequestanswer
FOR EACH ROW EXECUTE FUNCTION pathways_answer_fits();

-- Asked at commit: a referral that was passed on has arrived at the next service. Otherwise nobody would have the person.
CREATE FUNCTION pathways_redirect_arrived() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.decision = 'redirect' AND NOT EXISTS (
        SELECT 1 FROM pathways_servicerequest r WHERE r.redirected_from_id = NEW.request_id) THEN
        RAISE EXCEPTION 'a referral that is passed on arrives at the next service' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER a_redirect_arrives AFTER INSERT ON pathways_servicerequestanswer
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION pathways_redirect_arrived();

-- The one reply: of this decision, and only when every service has answered.
CREATE FUNCTION pathways_reply_is_due() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pathways_servicerequest r WHERE r.id = NEW.request_id AND r.requisition = NEW.requisition)
       OR EXISTS (SELECT 1 FROM pathways_servicerequest r LEFT JOIN pathways_servicerequestanswer a ON a.request_id = r.id
                  WHERE r.requisition = NEW.requisition AND a.id IS NULL) THEN
        RAISE EXCEPTION 'the reply waits until every service has answered' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER a_reply_is_due BEFORE INSERT ON pathways_patientreply
FOR EACH ROW EXECUTE FUNCTION pathways_reply_is_due();

REVOKE ALL ON FUNCTION pathways_referral_follows(), pathways_answer_fits(), pathways_redirect_arrived(), pathways_reply_is_due()
FROM PUBLIC;
